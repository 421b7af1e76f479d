import { memo } from 'react'
import { MoveChip } from '../../components/plain/States.tsx'
import { TimeAt } from '../../components/Time.tsx'
import { STAGES } from '../../words/states.ts'
import { columnOf } from '../belongs.ts'
import { ManageButton, type Managed } from '../row/ManageButton.tsx'
import { initialsOf, type Row, rowName, withinLine } from '../row/rowWords.ts'
import { Sentence } from '../row/Sentence.tsx'
import { clientPath } from '../row/useClientLinks.ts'
import classes from './Board.module.css'
import { COLUMN_NAMES } from './columns.ts'

/** A client's card on the board. The colour of its edge shows the client's health. */
export const BoardCard = memo(function BoardCard(props: {
  row: Row
  now: number
  zone: string
  manager: string | null
  /** True for the one card of its column in the tab order. */
  isActive: boolean
  isFresh: boolean
  /** True if the client has left this column; its card stays until the board is read again. */
  hasLeft: boolean
  onFocus: (id: string) => void
  /** True while its menu is open. */
  isManaged: boolean
  onManage: (managed: Managed) => void
}) {
  const { row, now, zone, manager, isActive, isFresh, hasLeft, onFocus, isManaged, onManage } = props
  const column = columnOf(row)
  const [also] = row.situation.also
  return (
    <li
      className={classes.card}
      data-health={row.situation.health ?? undefined}
      data-fresh={isFresh || undefined}
      data-left={hasLeft || undefined}
    >
      <span className={classes.top}>
        <a
          href={clientPath(row.id)}
          className={classes.name}
          data-card
          tabIndex={isActive ? 0 : -1}
          title={row.organisation.name}
          aria-label={rowName(row, now, zone)}
          onFocus={() => onFocus(row.id)}
        >
          {row.organisation.name}
        </a>
        <span className={classes.age}>
          <TimeAt at={row.situation.since} as="age" now={now} zone={zone} isInTabOrder={isActive} />
        </span>
      </span>
      <span className={classes.middle}>
        <Sentence row={row} now={now} zone={zone} isWhole />
        {manager && (
          <abbr title={manager} className={classes.manager}>
            {initialsOf(manager)}
          </abbr>
        )}
      </span>
      {also && (
        <span className={classes.also}>
          also <MoveChip move={also.move} isSmall /> {withinLine(also.sentence)}
        </span>
      )}
      {hasLeft && (
        <span className={classes.moved}>Moved to {column ? COLUMN_NAMES[column] : STAGES[row.status].label}</span>
      )}
      <ManageButton row={row} isActive={isActive} isOpen={isManaged} onManage={onManage} />
    </li>
  )
})
