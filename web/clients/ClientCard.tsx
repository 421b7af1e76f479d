import { Link } from '@tanstack/react-router'
import { type PointerEvent, useRef } from 'react'
import { Time, TimesInTabOrder } from '../components/Time.tsx'
import { STAGES, shownStep } from '../words/states.ts'
import classes from './ClientTable.module.css'
import { ManageButton, type Managed } from './ManageButton.tsx'
import type { Row } from './rowWords.ts'
import { SecondLine } from './SecondLine.tsx'
import { Sentence } from './Sentence.tsx'

const LONG_PRESS_MS = 500

/** `Invited · bank to do · books skipped`. */
function stepsOf(row: Row): string {
  const words = row.steps
    .filter(({ kind }) => kind !== 'mapping')
    .map((step) => `${step.kind} ${shownStep(step).label.toLowerCase()}`)
  return [STAGES[row.status].label, ...words].join(' · ')
}

/** One client in the list of a phone. A long press selects it; while some are selected, so does a touch. */
export function ClientCard(props: {
  row: Row
  isSelected: boolean
  isSelecting: boolean
  /** Something in it changed while one looked. */
  isFresh: boolean
  hasLeft: boolean
  onSelect: () => void
  /** Its menu is open. */
  isManaged: boolean
  onManage: (managed: Managed) => void
}) {
  const { row, isSelected, isSelecting, isFresh, hasLeft, onSelect, isManaged, onManage } = props
  const press = useRef<ReturnType<typeof setTimeout> | null>(null)
  const wasLong = useRef(false)
  const begin = (event: PointerEvent) => {
    wasLong.current = false
    if ((event.target as Element).closest('[data-manage]')) return
    press.current = setTimeout(() => {
      wasLong.current = true
      onSelect()
    }, LONG_PRESS_MS)
  }
  const end = () => {
    if (press.current) clearTimeout(press.current)
  }
  return (
    <TimesInTabOrder value={false}>
      <li
        className={classes.card}
        data-selected={isSelected || undefined}
        data-fresh={isFresh || undefined}
        data-left={hasLeft || undefined}
        onPointerDown={begin}
        onPointerUp={end}
        onPointerMove={end}
        onPointerCancel={end}
        onContextMenu={(event) => event.preventDefault()}
      >
        <span className={classes.cardTop}>
          <Link
            to={`/clients/${row.id}` as string}
            className={classes.cardLink}
            onClick={(event) => {
              if (!wasLong.current && !isSelecting) return
              event.preventDefault()
              if (!wasLong.current) onSelect()
            }}
          >
            {row.organisation.name}
          </Link>
          <Time at={row.situation.since} as="age" />
        </span>
        <Sentence row={row} />
        <span className={classes.second}>
          <SecondLine row={row} most={2} />
        </span>
        <span className={classes.second}>{hasLeft ? `Moved to ${STAGES[row.status].label}` : stepsOf(row)}</span>
        <ManageButton row={row} isActive isOpen={isManaged} onManage={onManage} />
      </li>
    </TimesInTabOrder>
  )
}
