import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { COLUMNS } from '../../../domain/rows/conditions.ts'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { Select } from '../../components/Select.tsx'
import { useNow } from '../../components/useNow.ts'
import { useMe, useZone } from '../../shell/useMe.ts'
import { belongs } from '../belongs.ts'
import { shownCount } from '../head/counts.ts'
import { ListHead } from '../head/ListHead.tsx'
import { useLacksMine } from '../list/allowed.ts'
import { EmptyList } from '../list/EmptyList.tsx'
import { useListKeys } from '../list/useListKeys.ts'
import { headsQuery, listQuery } from '../listQuery.ts'
import { type BoardSearch, filtersIn, type ListSearch } from '../listSearch.ts'
import { type Managed, pressManage } from '../row/ManageButton.tsx'
import type { Row } from '../row/rowWords.ts'
import { useClientLinks } from '../row/useClientLinks.ts'
import { useColleagues } from '../useColleagues.ts'
import { useLayout } from '../useLayout.ts'
import { useLiveRows } from '../useLiveRows.ts'
import classes from './Board.module.css'
import { BoardColumn } from './BoardColumn.tsx'
import { COLUMN_NAMES } from './columns.ts'

const RowMenu = lazy(async () => ({ default: (await import('../row/RowMenu.tsx')).RowMenu }))

const route = getRouteApi('/staff/clients/board')

/** Minimum sizes in px: the height above the cards, of a card with its gap, and the width of a column with its gap. */
const [ABOVE_PX, CARD_PX, COLUMN_PX] = [190, 72, 292]

/** Returns the number of cards visible in a column; 1 for a column beyond the window's edge. */
const inSight = (place: number): number =>
  place * COLUMN_PX < window.innerWidth ? Math.ceil((window.innerHeight - ABOVE_PX) / CARD_PX) : 1

/** Shows the list's clients in columns by stage. No dragging: a stage is derived from facts. */
export function BoardPage() {
  const { column: chosen, ...address } = route.useSearch()
  const key = JSON.stringify(address)
  const given = useMemo<ListSearch>(() => JSON.parse(key), [key])
  const view = given.view ?? 'all'
  const search = useMemo<ListSearch>(() => ({ ...given, view, sort: given.sort ?? 'waiting' }), [given, view])
  const navigate = route.useNavigate()
  const layout = useLayout()
  const managers = useColleagues()
  const [now, zone] = [useNow(), useZone()]
  const links = useClientLinks()
  const isPlanned = useLacksMine() && view === 'mine'
  const heads = useQuery({ ...headsQuery(search), enabled: !isPlanned })
  const me = useMe().user?.id ?? null
  const lists = COLUMNS.map((column) => ({
    queryKey: listQuery(search, column).queryKey,
    belongs: (row: Row) => belongs(row, search, me, column),
  }))
  const live = useLiveRows(lists, !!search.q)
  const [managed, setManaged] = useState<Managed | null>(null)
  const board = useRef<HTMLDivElement>(null)

  const change = useCallback(
    (changes: Partial<BoardSearch>) => {
      void navigate({
        search: (before: BoardSearch) => ({ ...before, ...changes }),
        replace: 'q' in changes || 'column' in changes,
        resetScroll: false,
      })
    },
    [navigate],
  )
  const go = (across: number, down: number) => board.current && focusCard(board.current, across, down)
  useListKeys({
    down: () => go(0, 1),
    up: () => go(0, -1),
    left: () => go(-1, 0),
    right: () => go(1, 0),
    manage: () => pressManage(document.activeElement?.closest('li')),
  })

  const { columns = [], upTo = 0 } = heads.data ?? {}
  const headOf = new Map(columns.map((head) => [head.column, { ...head, upTo }]))
  const isEmpty = heads.data !== undefined && columns.every(({ count }) => count === 0)
  const isFirst = view === 'all' && !search.q && filtersIn(search) === 0
  const only = chosen ?? columns.find(({ count }) => count > 0)?.column ?? 'not_invited'
  const shown = layout === 'phone' ? [only] : COLUMNS
  return (
    <div className={classes.page}>
      <ListHead
        place="/clients/board"
        view={view}
        search={given}
        shown={search}
        layout={layout}
        live={live}
        isQuiet={isEmpty && isFirst}
        onChange={change}
      />
      {heads.error && !heads.data ? (
        <ErrorState title="We couldn’t load your clients" error={heads.error} onRetry={() => void heads.refetch()} />
      ) : isEmpty || isPlanned ? (
        <EmptyList search={{ ...given, view }} isFirst={isFirst} onChange={change} />
      ) : (
        <>
          {layout === 'phone' && (
            <Select
              aria-label="Column"
              data={COLUMNS.map((column) => ({ value: column, label: labelOf(column, headOf.get(column)) }))}
              value={only}
              onChange={(column) => change({ column: COLUMNS.find((one) => one === column) })}
              mb="md"
            />
          )}
          <div ref={board} className={classes.board} {...links} data-columns={shown.length}>
            {shown.map((column, place) => (
              <BoardColumn
                key={column}
                column={column}
                head={headOf.get(column)}
                search={search}
                atOnce={inSight(place)}
                now={now}
                zone={zone}
                managers={managers}
                fresh={live.fresh}
                left={live.left}
                managed={managed?.row.id ?? null}
                onManage={setManaged}
              />
            ))}
          </div>
        </>
      )}
      <Suspense>
        {managed && <RowMenu key={managed.row.id} managed={managed} onClose={() => setManaged(null)} />}
      </Suspense>
    </div>
  )
}

const labelOf = (column: (typeof COLUMNS)[number], head?: { count: number; upTo: number }): string =>
  head ? `${COLUMN_NAMES[column]} ${shownCount(head.count, head.upTo)}` : COLUMN_NAMES[column]

/** Moves the focus to the neighbouring card, skipping empty columns. */
function focusCard(board: HTMLElement, across: number, down: number): void {
  const cardsOf = (column: Element) => [...column.querySelectorAll<HTMLElement>('[data-card]')]
  const columns = [...board.querySelectorAll('[data-column]')].map(cardsOf).filter((cards) => cards.length > 0)
  const present = document.activeElement?.closest('li')?.querySelector<HTMLElement>('[data-card]') ?? null
  const at = columns.findIndex((cards) => present !== null && cards.includes(present))
  if (at < 0 || !present) {
    columns[0]?.[0]?.focus()
    return
  }
  const within = (length: number, place: number) => Math.max(0, Math.min(length - 1, place))
  const place = columns[at]?.indexOf(present) ?? 0
  const cards = columns[within(columns.length, at + across)] ?? []
  cards[within(cards.length, place + down)]?.focus()
}
