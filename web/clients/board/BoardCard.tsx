import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { Time, TimesInTabOrder } from '../../components/Time.tsx'
import { useNow } from '../../components/useNow.ts'
import { useZone } from '../../shell/useMe.ts'
import { STAGES } from '../../words/states.ts'
import { ManageButton, type Managed } from '../ManageButton.tsx'
import { initialsOf, type Row, rowName } from '../rowWords.ts'
import { Sentence } from '../Sentence.tsx'
import classes from './Board.module.css'
import { COLUMN_NAMES, columnOf } from './columns.ts'

/** One client on the board; its edge says how well it stands. */
export const BoardCard = memo(function BoardCard(props: {
  row: Row
  manager: string | null
  /** It is the one of its column that Tab comes to. */
  isActive: boolean
  isFresh: boolean
  /** It stands elsewhere by now, and stays until the board is read anew. */
  hasLeft: boolean
  onFocus: (id: string) => void
  /** Its menu is open. */
  isManaged: boolean
  onManage: (managed: Managed) => void
}) {
  const { row, manager, isActive, isFresh, hasLeft, onFocus, isManaged, onManage } = props
  const zone = useZone()
  const now = useNow()
  const column = columnOf(row)
  return (
    <TimesInTabOrder value={isActive}>
      <li
        className={classes.card}
        data-health={row.situation.health ?? undefined}
        data-fresh={isFresh || undefined}
        data-left={hasLeft || undefined}
      >
        <span className={classes.top}>
          <Link
            to={`/clients/${row.id}` as string}
            className={classes.name}
            data-card
            tabIndex={isActive ? 0 : -1}
            title={row.organisation.name}
            aria-label={rowName(row, now, zone)}
            preload="intent"
            onFocus={() => onFocus(row.id)}
          >
            {row.organisation.name}
          </Link>
          <span className={classes.age}>
            <Time at={row.situation.since} as="age" />
          </span>
        </span>
        <span className={classes.middle}>
          <Sentence row={row} wraps="twice" />
          {manager && (
            <abbr title={manager} className={classes.manager}>
              {initialsOf(manager)}
            </abbr>
          )}
        </span>
        {hasLeft && (
          <span className={classes.moved}>Moved to {column ? COLUMN_NAMES[column] : STAGES[row.status].label}</span>
        )}
        <ManageButton row={row} isActive={isActive} isOpen={isManaged} onManage={onManage} />
      </li>
    </TimesInTabOrder>
  )
})
