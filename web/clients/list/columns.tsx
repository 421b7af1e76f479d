import type { ReactNode } from 'react'
import { Delivery, None, Stage, StepState } from '../../components/plain/States.tsx'
import { TimeAt } from '../../components/Time.tsx'
import { STAGES } from '../../words/states.ts'
import { initialsOf, type Row, secondLineOf } from '../row/rowWords.ts'
import { SecondLine } from '../row/SecondLine.tsx'
import { Sentence } from '../row/Sentence.tsx'
import { clientPath } from '../row/useClientLinks.ts'
import type { Layout } from '../useLayout.ts'
import classes from './ClientTable.module.css'

/** The layouts that are tables. */
export type TableLayout = Exclude<Layout, 'phone'>

/** The values from which the cells of a row are drawn. */
export type CellProps = {
  row: Row
  layout: TableLayout
  now: number
  zone: string
  manager: string | null
  isActive: boolean
  /** True if the client has left the view; its row stays until the list is read again. */
  hasLeft: boolean
}

type Column = {
  head: string
  /** The width in px; absent where the column is not shown. The one that is `rest` takes what the others leave. */
  width: Partial<Record<TableLayout, number | 'rest'>>
  /** True if only the widest layout has room for its head; others have it read out. */
  hidesHead?: true
  isRight?: true
  cell: (props: CellProps) => ReactNode
}

const stepColumn = (head: string, kind: 'bank' | 'books'): Column => ({
  head,
  width: { wide: 110, icons: 40, narrow: 32 },
  hidesHead: true,
  cell: ({ row, layout }) => (
    <StepState step={row.steps.find((step) => step.kind === kind) ?? null} iconOnly={layout !== 'wide'} />
  ),
})

const COLUMNS: Column[] = [
  {
    head: 'Stage',
    width: { wide: 112, icons: 112 },
    cell: ({ row }) => <Stage stage={row.status} />,
  },
  {
    head: 'Situation',
    width: { wide: 'rest', icons: 'rest', narrow: 'rest' },
    cell: ({ row, layout, now, zone, isActive, hasLeft }) => (
      <>
        <Sentence row={row} now={now} zone={zone} />
        <span className={classes.second} data-pieces>
          {hasLeft && <strong>Moved to {STAGES[row.status].label} · </strong>}
          {layout === 'narrow' && !hasLeft && `${STAGES[row.status].label} · `}
          <SecondLine pieces={secondLineOf(row, now)} now={now} zone={zone} isInTabOrder={isActive} />
        </span>
      </>
    ),
  },
  {
    head: 'Invite',
    width: { wide: 108, icons: 40, narrow: 32 },
    hidesHead: true,
    cell: ({ row, layout }) => <Delivery delivery={row.invitation?.delivery ?? []} iconOnly={layout !== 'wide'} />,
  },
  stepColumn('Bank', 'bank'),
  stepColumn('Books', 'books'),
  {
    head: 'Age',
    width: { wide: 52, icons: 52, narrow: 52 },
    isRight: true,
    cell: ({ row, now, zone, isActive }) => (
      <TimeAt at={row.situation.since} as="age" now={now} zone={zone} isInTabOrder={isActive} />
    ),
  },
  {
    head: 'Manager',
    width: { wide: 78, icons: 48 },
    hidesHead: true,
    isRight: true,
    cell: ({ manager }) => (manager ? <abbr title={manager}>{initialsOf(manager)}</abbr> : <None />),
  },
]

const shownIn = (layout: TableLayout) => COLUMNS.filter(({ width }) => width[layout] !== undefined)

/** The columns of a layout between the client and the menu: those that the table's parts have in common. */
export const COLUMNS_OF: Record<TableLayout, Column[]> = {
  wide: shownIn('wide'),
  icons: shownIn('icons'),
  narrow: shownIn('narrow'),
}

/** The first cell of a row: the client's name and codes. */
export function ClientCell({ row, isActive }: Pick<CellProps, 'row' | 'isActive'>) {
  const { organisation } = row
  const codes = [organisation.reference, organisation.practiceCode].filter(Boolean).join(' · ')
  return (
    <th scope="row" className={classes.client}>
      <a href={clientPath(row.id)} className={classes.name} tabIndex={isActive ? 0 : -1} title={organisation.name}>
        {organisation.name}
      </a>
      <span className={classes.second}>{codes || 'No reference yet'}</span>
    </th>
  )
}
