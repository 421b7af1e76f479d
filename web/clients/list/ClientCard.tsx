import { memo } from 'react'
import { useLongPress } from '../../components/bulk/useLongPress.ts'
import { TimeAt } from '../../components/Time.tsx'
import { STAGES, shownStep } from '../../words/states.ts'
import { ManageButton, type Managed } from '../row/ManageButton.tsx'
import { type Row, secondLineOf } from '../row/rowWords.ts'
import { SecondLine } from '../row/SecondLine.tsx'
import { Sentence } from '../row/Sentence.tsx'
import { clientPath } from '../row/useClientLinks.ts'
import classes from './ClientTable.module.css'

/** Returns `Invited · bank to do · books skipped`. */
function stepsOf(row: Row): string {
  const words = row.steps
    .filter(({ kind }) => kind !== 'mapping')
    .map((step) => `${step.kind} ${shownStep(step).label.toLowerCase()}`)
  return [STAGES[row.status].label, ...words].join(' · ')
}

/** A client in the list on a phone. A long press selects it; while any are selected, a tap does too. */
export const ClientCard = memo(function ClientCard(props: {
  row: Row
  index: number
  now: number
  zone: string
  isSelected: boolean
  isSelecting: boolean
  /** True if it has changed while on screen; highlights it. */
  isFresh: boolean
  hasLeft: boolean
  onSelect: (index: number, isRange: boolean) => void
  /** True while its menu is open. */
  isManaged: boolean
  onManage: (managed: Managed) => void
}) {
  const { row, index, now, zone, isSelected, isSelecting, isFresh, hasLeft, isManaged, onManage } = props
  const { card, onLink } = useLongPress(isSelecting, () => props.onSelect(index, false))
  return (
    <li
      className={classes.card}
      data-selected={isSelected || undefined}
      data-fresh={isFresh || undefined}
      data-left={hasLeft || undefined}
      {...card}
    >
      <span className={classes.cardTop}>
        <a href={clientPath(row.id)} className={classes.cardLink} onClick={onLink}>
          {row.organisation.name}
        </a>
        <TimeAt at={row.situation.since} as="age" now={now} zone={zone} isInTabOrder={false} />
      </span>
      <Sentence row={row} now={now} zone={zone} />
      <span className={classes.second} data-pieces>
        <SecondLine pieces={secondLineOf(row, now)} now={now} zone={zone} isInTabOrder={false} most={2} />
      </span>
      <span className={classes.second}>{hasLeft ? `Moved to ${STAGES[row.status].label}` : stepsOf(row)}</span>
      <ManageButton row={row} isActive isOpen={isManaged} onManage={onManage} />
    </li>
  )
})
