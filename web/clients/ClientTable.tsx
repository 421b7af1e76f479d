import { Checkbox, Skeleton, Table, VisuallyHidden } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { densityChosen } from '../shell/preferences.ts'
import { ClientCard } from './ClientCard.tsx'
import { ClientRow } from './ClientRow.tsx'
import classes from './ClientTable.module.css'
import type { Managed } from './ManageButton.tsx'
import type { Row } from './rowWords.ts'
import type { Layout } from './useLayout.ts'

const ROW_PX = { roomy: 56, compact: 36 }
const CARD_PX = 89
const AHEAD = 12

export type ClientTableProps = {
  rows: Row[]
  layout: Layout
  active: number
  /** The row that the keys went to, each time anew. */
  focus: { index: number } | null
  selected: ReadonlySet<string>
  fresh: ReadonlySet<string>
  left: ReadonlySet<string>
  managers: ReadonlyMap<string, string>
  hasMore: boolean
  onMore: () => void
  onOpen: (row: Row) => void
  onSelect: (index: number, isRange: boolean) => void
  onSelectLoaded: () => void
  onFocus: (index: number) => void
  /** The client whose menu is open. */
  managed: string | null
  onManage: (managed: Managed) => void
}

/** The list itself: a table, or cards on a phone. However many rows there are, only those in sight are drawn. */
export function ClientTable(props: ClientTableProps) {
  const { rows, layout, active, focus, selected, fresh, left, managers, hasMore, onMore } = props
  const frame = useRef<HTMLDivElement>(null)
  const isPhone = layout === 'phone'
  // In a narrow table the second line holds more than details.
  const density = layout === 'narrow' ? 'roomy' : densityChosen()
  const px = isPhone ? CARD_PX : ROW_PX[density]
  // Without keys of its own: a function made anew would have all rows laid out anew, however many, in every frame.
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => px,
    overscan: AHEAD,
    scrollMargin: frame.current?.offsetTop ?? 0,
  })
  const { measure } = virtual
  useLayoutEffect(() => {
    if (px > 0) measure()
  }, [px, measure])
  const shown = virtual.getVirtualItems()
  const [first, last] = [shown[0], shown.at(-1)]
  const end = last?.index ?? 0
  useEffect(() => {
    if (hasMore && end >= rows.length - AHEAD) onMore()
  }, [hasMore, end, rows.length, onMore])
  const { scrollToIndex } = virtual
  useEffect(() => {
    if (!focus) return
    scrollToIndex(focus.index, { align: 'auto' })
    // A row that was out of sight is drawn in the next frame.
    const frames = requestAnimationFrame(() =>
      requestAnimationFrame(() =>
        frame.current?.querySelector<HTMLElement>(`[data-row="${focus.index}"]`)?.focus({ preventScroll: true }),
      ),
    )
    return () => cancelAnimationFrame(frames)
  }, [focus, scrollToIndex])
  const margin = virtual.options.scrollMargin
  const before = first ? first.start - margin : 0
  const after = last ? virtual.getTotalSize() - (last.end - margin) : 0

  if (isPhone) {
    return (
      <div ref={frame} className={classes.frame}>
        <ul className={classes.cards} style={{ paddingTop: before, paddingBottom: after }}>
          {shown.map(({ index }) => {
            const row = rows[index]
            if (!row) return null
            return (
              <ClientCard
                key={row.id}
                row={row}
                isSelected={selected.has(row.id)}
                isSelecting={selected.size > 0}
                isFresh={fresh.has(row.id)}
                hasLeft={left.has(row.id)}
                onSelect={() => props.onSelect(index, false)}
                isManaged={row.id === props.managed}
                onManage={props.onManage}
              />
            )
          })}
        </ul>
      </div>
    )
  }
  return (
    <div ref={frame} className={classes.frame}>
      <Table
        className={classes.table}
        data-density={density}
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        aria-label="Clients"
      >
        <Columns layout={layout} />
        <Head layout={layout}>
          <Checkbox
            size="xs"
            aria-label="Select the clients shown"
            checked={rows.length > 0 && rows.every((row) => selected.has(row.id))}
            indeterminate={selected.size > 0 && !rows.every((row) => selected.has(row.id))}
            onChange={props.onSelectLoaded}
          />
        </Head>
        <Table.Tbody>
          {before > 0 && <Gap px={before} />}
          {shown.map(({ index }) => {
            const row = rows[index]
            if (!row) return null
            return (
              <ClientRow
                key={row.id}
                row={row}
                index={index}
                layout={layout}
                manager={(row.accountManager && managers.get(row.accountManager.id)) ?? null}
                isActive={index === active}
                isSelected={selected.has(row.id)}
                isFresh={fresh.has(row.id)}
                hasLeft={left.has(row.id)}
                onOpen={props.onOpen}
                onSelect={props.onSelect}
                onFocus={props.onFocus}
                isManaged={row.id === props.managed}
                onManage={props.onManage}
              />
            )
          })}
          {after > 0 && <Gap px={after} />}
        </Table.Tbody>
      </Table>
    </div>
  )
}

const Gap = ({ px }: { px: number }) => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row is focusable only with a tabIndex, and this has none
  <tr aria-hidden="true">
    <td style={{ height: px, padding: 0 }} />
  </tr>
)

function Columns({ layout }: { layout: Layout }) {
  const [invite, state] = layout === 'wide' ? [116, 108] : layout === 'icons' ? [40, 40] : [32, 32]
  return (
    <colgroup>
      <col style={{ width: 36 }} />
      <col style={{ width: layout === 'narrow' ? 152 : 208 }} />
      {layout !== 'narrow' && <col style={{ width: 112 }} />}
      <col />
      <col style={{ width: invite }} />
      <col style={{ width: state }} />
      <col style={{ width: state }} />
      <col style={{ width: 72 }} />
      {layout !== 'narrow' && <col style={{ width: 48 }} />}
      <col className={classes.endColumn} />
    </colgroup>
  )
}

function Head({ layout, children }: { layout: Layout; children: React.ReactNode }) {
  return (
    <Table.Thead className={classes.head}>
      <Table.Tr aria-rowindex={1}>
        <Table.Th className={classes.select}>{children}</Table.Th>
        <Table.Th>Client</Table.Th>
        {layout !== 'narrow' && <Table.Th>Stage</Table.Th>}
        <Table.Th>Situation</Table.Th>
        {['Invite', 'Bank', 'Books'].map((word) => (
          <Table.Th key={word}>{layout === 'wide' ? word : <VisuallyHidden>{word}</VisuallyHidden>}</Table.Th>
        ))}
        <Table.Th className={classes.right}>Age</Table.Th>
        {layout !== 'narrow' && (
          <Table.Th>
            <VisuallyHidden>Manager</VisuallyHidden>
          </Table.Th>
        )}
        <Table.Th className={classes.end}>
          <VisuallyHidden>Manage</VisuallyHidden>
        </Table.Th>
      </Table.Tr>
    </Table.Thead>
  )
}

const LINES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

/** Rows to come, where they will be. */
export const ClientsToCome = ({ layout }: { layout: Layout }) => (
  <div className={classes.frame} aria-busy="true">
    {layout === 'phone' ? (
      LINES.map((line) => (
        <div key={line} className={classes.card}>
          <Skeleton height={12} width="60%" my={4} />
          <Skeleton height={12} width="80%" my={4} />
          <Skeleton height={8} width="50%" my={4} />
          <Skeleton height={8} width="70%" my={4} />
        </div>
      ))
    ) : (
      <Table className={classes.table} aria-label="Clients">
        <Columns layout={layout} />
        <Head layout={layout}>
          <Checkbox size="xs" aria-label="Select the clients shown" disabled />
        </Head>
        <Table.Tbody>
          {LINES.map((line) => (
            <Table.Tr key={line} className={classes.row}>
              {(layout === 'narrow' ? [0, 1, 3, 4, 5, 6, 7] : [0, 1, 2, 3, 4, 5, 6, 7, 8]).map((cell) => (
                <Table.Td key={cell}>
                  <Skeleton height={14} width={cell === 3 ? '70%' : '80%'} />
                </Table.Td>
              ))}
              <Table.Td className={classes.end} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    )}
  </div>
)
