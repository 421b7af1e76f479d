import { memo } from 'react'
import { Check } from '../../components/plain/Check.tsx'
import { ManageButton, type Managed } from '../row/ManageButton.tsx'
import { rowName } from '../row/rowWords.ts'
import classes from './ClientTable.module.css'
import { type CellProps, ClientCell, COLUMNS_OF } from './columns.tsx'

type Props = CellProps & {
  /** The index in the whole list, from 0. */
  index: number
  isSelected: boolean
  /** True if it has changed while on screen; highlights it. */
  isFresh: boolean
  onSelect: (index: number, isRange: boolean) => void
  onFocus: (index: number) => void
  /** True while its menu is open. */
  isManaged: boolean
  onManage: (managed: Managed) => void
}

/** A client in the list: situation, move, age and next events. */
export const ClientRow = memo(function ClientRow(props: Props) {
  const { row, index, layout, now, zone, isActive, isSelected, isFresh, hasLeft, isManaged } = props
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
      onFocus={() => props.onFocus(index)}
    >
      <td data-select className={classes.select}>
        <Check
          checked={isSelected}
          tabIndex={isActive ? 0 : -1}
          aria-label={`Select ${row.organisation.name}`}
          onChange={() => undefined}
          onClick={(event) => props.onSelect(index, event.shiftKey)}
        />
      </td>
      <ClientCell row={row} isActive={isActive} />
      {COLUMNS_OF[layout].map(({ head, isRight, cell }) => (
        <td key={head} className={isRight && classes.right}>
          {cell(props)}
        </td>
      ))}
      <td className={classes.end}>
        <ManageButton row={row} isActive={isActive} isOpen={isManaged} onManage={props.onManage} />
      </td>
    </tr>
  )
})
