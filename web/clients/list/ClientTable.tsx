import { Skeleton, Table } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Check } from '../../components/plain/Check.tsx'
import { Hidden } from '../../components/plain/Hidden.tsx'
import { useDrawn } from '../../components/useDrawn.ts'
import { useNow } from '../../components/useNow.ts'
import { densityChosen } from '../../shell/preferences.ts'
import { useZone } from '../../shell/useMe.ts'
import type { Managed } from '../row/ManageButton.tsx'
import type { Row } from '../row/rowWords.ts'
import { useClientLinks } from '../row/useClientLinks.ts'
import type { Layout } from '../useLayout.ts'
import { ClientCard } from './ClientCard.tsx'
import { ClientRow } from './ClientRow.tsx'
import classes from './ClientTable.module.css'
import { COLUMNS_OF, type TableLayout } from './columns.tsx'

const ROW_PX = { roomy: 56, compact: 36 }
const CARD_PX = 89
/** Rows drawn beyond each end of the viewport, after the visible ones. */
const AHEAD = 10
/** The drawn range moves in steps of this many rows, so that most turns of the wheel draw nothing. */
const STEP = 6
/** Reads the next page when fewer rows than this remain below the viewport. */
const READ_AHEAD = 30

/** The top of the list when it was last shown, in px: the first frame then knows which rows to draw before layout. */
let lastTop = 0

export type ClientTableProps = {
  rows: Row[]
  layout: Layout
  active: number
  /** The row to focus; with `isShownOnly`, only to scroll to. A new object each time, so that the effect runs again. */
  focus: { index: number; isShownOnly?: boolean } | null
  selected: ReadonlySet<string>
  fresh: ReadonlySet<string>
  left: ReadonlySet<string>
  managers: ReadonlyMap<string, string>
  hasMore: boolean
  onMore: () => void
  onSelect: (index: number, isRange: boolean) => void
  onSelectLoaded: () => void
  onFocus: (index: number) => void
  /** The id of the client whose menu is open. */
  managed: string | null
  onManage: (managed: Managed) => void
}

type Range = { startIndex: number; endIndex: number; count: number }

/** Returns the indices from one to another that exist. */
const between = (from: number, to: number, count: number): number[] => {
  const first = Math.max(0, from)
  return Array.from({ length: Math.max(0, Math.min(count - 1, to) - first + 1) }, (_, n) => first + n)
}
const inSight = ({ startIndex, endIndex, count }: Range) => between(startIndex, endIndex + 1, count)
const inSteps = ({ startIndex, endIndex, count }: Range) =>
  between(Math.floor((startIndex - AHEAD) / STEP) * STEP, Math.ceil((endIndex + 1 + AHEAD) / STEP) * STEP - 1, count)

/** The list: a table, or cards on a phone. Draws only the rows near the viewport. */
export function ClientTable(props: ClientTableProps) {
  const { rows, layout, active, focus, selected, fresh, left, managers, hasMore, onMore } = props
  const frame = useRef<HTMLDivElement>(null)
  const isPhone = layout === 'phone'
  // A narrow table needs the roomy height, because its second line holds the stage as well.
  const density = layout === 'narrow' ? 'roomy' : densityChosen()
  const px = isPhone ? CARD_PX : ROW_PX[density]
  const isDrawn = useDrawn(rows[0]?.id ?? null)
  const [top, setTop] = useState(lastTop)
  const [now, zone] = [useNow(), useZone()]
  const links = useClientLinks()
  // No `getItemKey`: a new function on each render would make the virtualizer measure all rows again in every frame.
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => px,
    rangeExtractor: isDrawn ? inSteps : inSight,
    scrollMargin: top,
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    // Rows are drawn before they scroll into view, so no frame has to wait for them.
    useFlushSync: false,
  })
  // The content above the list changes its top; scrolling does not.
  useLayoutEffect(() => {
    const first = frame.current?.querySelector('tbody, ul')?.getBoundingClientRect().top ?? 0
    lastTop = Math.round(first + window.scrollY)
    setTop(lastTop)
  }, [props])
  const { measure } = virtual
  const measured = useRef(px)
  useLayoutEffect(() => {
    if (px !== measured.current) measure()
    measured.current = px
  }, [px, measure])
  const shown = virtual.getVirtualItems()
  const [first, last] = [shown[0], shown.at(-1)]
  const end = virtual.range?.endIndex ?? 0
  useEffect(() => {
    if (hasMore && end >= rows.length - READ_AHEAD) onMore()
  }, [hasMore, end, rows.length, onMore])
  const { scrollToIndex } = virtual
  useEffect(() => {
    if (!focus) return
    scrollToIndex(focus.index, { align: focus.isShownOnly ? 'center' : 'auto' })
    if (focus.isShownOnly) return
    // A row outside the drawn range is mounted in the next frame. Both frames are cancelled, because a late focus on the
    // row before would make that row the active one again.
    let frameId = requestAnimationFrame(() => {
      frameId = requestAnimationFrame(() =>
        frame.current?.querySelector<HTMLElement>(`[data-row="${focus.index}"]`)?.focus({ preventScroll: true }),
      )
    })
    return () => cancelAnimationFrame(frameId)
  }, [focus, scrollToIndex])
  const before = first ? first.start - top : 0
  const after = last ? virtual.getTotalSize() - (last.end - top) : 0

  const isAll = rows.length > 0 && rows.every((row) => selected.has(row.id))

  if (isPhone) {
    return (
      <div ref={frame} className={classes.frame} {...links}>
        <ul style={{ paddingTop: before, paddingBottom: after }}>
          {shown.map(({ index }) => {
            const row = rows[index]
            if (!row) return null
            return (
              <ClientCard
                key={row.id}
                row={row}
                index={index}
                now={now}
                zone={zone}
                isSelected={selected.has(row.id)}
                isSelecting={selected.size > 0}
                isFresh={fresh.has(row.id)}
                hasLeft={left.has(row.id)}
                onSelect={props.onSelect}
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
    <div ref={frame} className={classes.frame} {...links}>
      <Table
        className={classes.table}
        data-density={density}
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        aria-label="Clients"
      >
        <Columns layout={layout} />
        <Head layout={layout}>
          <Check
            aria-label="Select the clients shown"
            checked={isAll}
            isMixed={selected.size > 0 && !isAll}
            onChange={props.onSelectLoaded}
          />
        </Head>
        <tbody>
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
                now={now}
                zone={zone}
                manager={(row.accountManager && managers.get(row.accountManager.id)) ?? null}
                isActive={index === active}
                isSelected={selected.has(row.id)}
                isFresh={fresh.has(row.id)}
                hasLeft={left.has(row.id)}
                onSelect={props.onSelect}
                onFocus={props.onFocus}
                isManaged={row.id === props.managed}
                onManage={props.onManage}
              />
            )
          })}
          {after > 0 && <Gap px={after} />}
        </tbody>
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

function Columns({ layout }: { layout: TableLayout }) {
  return (
    <colgroup>
      <col style={{ width: 36 }} />
      <col style={{ width: layout === 'narrow' ? 152 : 204 }} />
      {COLUMNS_OF[layout].map(({ head, width }) => (
        <col key={head} style={width[layout] === 'rest' ? undefined : { width: width[layout] }} />
      ))}
      <col className={classes.endColumn} />
    </colgroup>
  )
}

function Head({ layout, children }: { layout: TableLayout; children: React.ReactNode }) {
  return (
    <thead className={classes.head}>
      <tr aria-rowindex={1}>
        <th className={classes.select}>{children}</th>
        <th>Client</th>
        {COLUMNS_OF[layout].map(({ head, hidesHead, isRight }) => (
          <th key={head} className={isRight && classes.right}>
            {hidesHead && layout !== 'wide' ? <Hidden>{head}</Hidden> : head}
          </th>
        ))}
        <th className={classes.end}>
          <Hidden>Manage</Hidden>
        </th>
      </tr>
    </thead>
  )
}

const LINES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

/** The skeleton of the list, in the same places as its rows. */
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
          <Check aria-label="Select the clients shown" disabled />
        </Head>
        <tbody>
          {LINES.map((line) => (
            <tr key={line} className={classes.row}>
              {['Select', 'Client', ...COLUMNS_OF[layout].map(({ head }) => head)].map((head) => (
                <td key={head}>
                  <Skeleton height={14} width={head === 'Situation' ? '70%' : '80%'} />
                </td>
              ))}
              <td className={classes.end} />
            </tr>
          ))}
        </tbody>
      </Table>
    )}
  </div>
)
