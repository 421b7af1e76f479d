import { memo } from 'react'
import { Check } from '../../components/plain/Check.tsx'
import { Delivery, None, Stage, StepState } from '../../components/plain/States.tsx'
import { TimeAt } from '../../components/Time.tsx'
import { STAGES } from '../../words/states.ts'
import { ManageButton, type Managed } from '../row/ManageButton.tsx'
import { initialsOf, type Row, rowName, secondLineOf } from '../row/rowWords.ts'
import { SecondLine } from '../row/SecondLine.tsx'
import { Sentence } from '../row/Sentence.tsx'
import { clientPath } from '../row/useClientLinks.ts'
import type { Layout } from '../useLayout.ts'
import classes from './ClientTable.module.css'

type Props = {
  row: Row
  /** The index in the whole list, from 0. */
  index: number
  layout: Layout
  now: number
  zone: string
  manager: string | null
  isActive: boolean
  isSelected: boolean
  /** True if it has changed while on screen; highlights it. */
  isFresh: boolean
  /** True if the client has left the view; its row stays until the list is read again. */
  hasLeft: boolean
  onSelect: (index: number, isRange: boolean) => void
  onFocus: (index: number) => void
  /** True while its menu is open. */
  isManaged: boolean
  onManage: (managed: Managed) => void
}

/** A client in the list: situation, move, age and next events. */
export const ClientRow = memo(function ClientRow(props: Props) {
  const {
    row,
    index,
    layout,
    now,
    zone,
    manager,
    isActive,
    isSelected,
    isFresh,
    hasLeft,
    onSelect,
    onFocus,
    isManaged,
    onManage,
  } = props
  const { organisation, steps } = row
  const step = (kind: 'bank' | 'books') => steps.find((one) => one.kind === kind) ?? null
  const iconOnly = layout !== 'wide'
  const codes = [organisation.reference, organisation.practiceCode].filter(Boolean).join(' · ')
  return (
    <tr
      className={classes.row}
      aria-rowindex={index + 2}
      aria-label={rowName(row, now, zone)}
      aria-selected={isSelected}
      data-row={index}
      data-selected={isSelected || undefined}
      data-fresh={isFresh || undefined}
      data-left={hasLeft || undefined}
      tabIndex={isActive ? 0 : -1}
      onFocus={() => onFocus(index)}
    >
      <td data-select className={classes.select}>
        <Check
          checked={isSelected}
          tabIndex={isActive ? 0 : -1}
          aria-label={`Select ${organisation.name}`}
          onChange={() => undefined}
          onClick={(event) => onSelect(index, event.shiftKey)}
        />
      </td>
      <th scope="row" className={classes.client}>
        <a href={clientPath(row.id)} className={classes.name} tabIndex={isActive ? 0 : -1} title={organisation.name}>
          {organisation.name}
        </a>
        <span className={classes.second}>{codes || 'No reference yet'}</span>
      </th>
      {layout !== 'narrow' && (
        <td>
          <Stage stage={row.status} />
        </td>
      )}
      <td>
        <Sentence row={row} now={now} zone={zone} />
        <span className={classes.second} data-pieces>
          {hasLeft && <strong>Moved to {STAGES[row.status].label} · </strong>}
          {layout === 'narrow' && !hasLeft && `${STAGES[row.status].label} · `}
          <SecondLine pieces={secondLineOf(row, now)} now={now} zone={zone} isInTabOrder={isActive} />
        </span>
      </td>
      <td>
        <Delivery delivery={row.invitation?.delivery ?? []} iconOnly={iconOnly} />
      </td>
      <td>
        <StepState step={step('bank')} iconOnly={iconOnly} />
      </td>
      <td>
        <StepState step={step('books')} iconOnly={iconOnly} />
      </td>
      <td className={classes.right}>
        <TimeAt at={row.situation.since} as="age" now={now} zone={zone} isInTabOrder={isActive} />
      </td>
      {layout !== 'narrow' && (
        <td className={classes.right}>{manager ? <abbr title={manager}>{initialsOf(manager)}</abbr> : <None />}</td>
      )}
      <td className={classes.end}>
        <ManageButton row={row} isActive={isActive} isOpen={isManaged} onManage={onManage} />
      </td>
    </tr>
  )
})
