import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { useSelection } from '../../components/bulk/useSelection.ts'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { useAfterPage } from '../../shell/useAfterPage.ts'
import { useMay, useMe } from '../../shell/useMe.ts'
import { belongs } from '../belongs.ts'
import { BulkBar } from '../bulk/BulkBar.tsx'
import type { BulkVerb, Target } from '../bulk/bulk.ts'
import { rememberList } from '../frame/cameFrom.ts'
import { ListHead } from '../head/ListHead.tsx'
import { useLastView } from '../head/useLastView.ts'
import { listQuery } from '../listQuery.ts'
import { filtersIn, hasCohort, type ListSearch } from '../listSearch.ts'
import { type Managed, pressManage } from '../row/ManageButton.tsx'
import type { Row } from '../row/rowWords.ts'
import { useActAtOnce } from '../row/useActAtOnce.ts'
import { useColleagues } from '../useColleagues.ts'
import { useLayout } from '../useLayout.ts'
import { useLiveRows } from '../useLiveRows.ts'
import { useAdmins, useLacksMine } from './allowed.ts'
import classes from './ClientsPage.module.css'
import { ClientsToCome, ClientTable } from './ClientTable.tsx'
import { EmptyList } from './EmptyList.tsx'
import { readsAnew, useKeptList } from './keptList.ts'
import { useListKeys } from './useListKeys.ts'

const route = getRouteApi('/staff/clients')
const NONE: Row[] = []

// Parts that most visits never open are loaded on use.
const BulkDialog = lazy(async () => ({ default: (await import('../bulk/BulkDialog.tsx')).BulkDialog }))
const RowMenu = lazy(async () => ({ default: (await import('../row/RowMenu.tsx')).RowMenu }))
const FirstSteps = lazy(async () => ({ default: (await import('../first/FirstSteps.tsx')).FirstSteps }))
const CohortHead = lazy(async () => ({ default: (await import('./CohortHead.tsx')).CohortHead }))

/** The list of all clients that the member may see: situation, move, age and next events. */
export function ClientsPage() {
  const given = route.useSearch()
  const view = useLastView(given.view)
  const search = useMemo<ListSearch>(() => ({ ...given, view }), [given, view])
  const router = useRouter()
  const navigate = route.useNavigate()
  const may = useMay()
  const actAtOnce = useActAtOnce()
  const admins = useAdmins('add_clients')
  const layout = useLayout()
  const managers = useColleagues()
  const isPlanned = useLacksMine() && view === 'mine'
  // The content below the list loads after the page.
  const hasCome = useAfterPage()
  useKeptList(search)
  const list = useInfiniteQuery({ ...listQuery(search), refetchOnMount: readsAnew, enabled: !isPlanned })
  const { data } = list
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? NONE, [data])
  const me = useMe().user?.id ?? null
  const live = useLiveRows(
    [{ queryKey: listQuery(search).queryKey, belongs: (row) => belongs(row, search, me) }],
    !!(search.q || hasCohort(search)),
  )
  const selection = useSelection(rows)
  const [active, setActive] = useState(0)
  const [focus, setFocus] = useState<{ index: number; isShownOnly?: boolean } | null>(null)
  const [doing, setDoing] = useState<{ verb: BulkVerb; target: Target } | null>(null)
  const [managed, setManaged] = useState<Managed | null>(null)

  const change = useCallback(
    (changes: Partial<ListSearch>) => {
      const isTyping = 'q' in changes
      void navigate({
        search: (before: ListSearch) => ({ ...before, ...changes }),
        replace: isTyping,
        resetScroll: false,
      })
    },
    [navigate],
  )
  const key = JSON.stringify(search)
  useEffect(() => rememberList(JSON.parse(key)), [key])
  const { clear } = selection
  // Another search starts at the top with nothing selected.
  useEffect(() => {
    setActive(0)
    clear()
  }, [key, clear])

  // After the return from a client, scrolls to it if the list still holds it.
  useEffect(() => {
    const { from } = router.state.location.state
    const index = from ? rows.findIndex(({ id }) => id === from) : -1
    if (index < 0) return
    setActive(index)
    setFocus({ index, isShownOnly: true })
  }, [])

  const open = useCallback((row: Row) => router.history.push(`/clients/${row.id}`), [router])
  const go = (index: number) => {
    if (rows.length === 0) return
    const next = Math.max(0, Math.min(rows.length - 1, index))
    setActive(next)
    setFocus({ index: next })
  }
  const isOnRow = () => document.activeElement?.closest('[data-row]') !== null
  const current = rows[active]
  const begin = (verb: BulkVerb) => {
    if (selection.all) return setDoing({ verb, target: { search } })
    const ids = selection.ids.size > 0 ? [...selection.ids] : current ? [current.id] : []
    if (ids.length > 0) setDoing({ verb, target: { ids } })
  }
  const work = (act: () => void) => () => {
    if (may('work_clients')) act()
  }
  useListKeys({
    down: () => go(isOnRow() ? active + 1 : active),
    up: () => go(isOnRow() ? active - 1 : active),
    open: () => current && open(current),
    select: () => rows.length > 0 && selection.toggle(active, false),
    range: () => rows.length > 0 && selection.toggle(active, true),
    resend: work(() => begin('resend')),
    extend: work(() => begin('extend')),
    assign: () => may('assign_clients') && begin('assign'),
    copy: work(() => current && actAtOnce('copy', current)),
    manage: () => pressManage(document.querySelector(`[data-row="${active}"]`)),
  })

  const isFirst = view === 'all' && !search.q && filtersIn(search) === 0 && !hasCohort(search)
  const more = useCallback(() => {
    if (list.hasNextPage) void list.fetchNextPage({ cancelRefetch: false })
  }, [list.hasNextPage, list.fetchNextPage])

  return (
    <>
      <ListHead
        place="/clients"
        view={view}
        search={search}
        layout={layout}
        live={live}
        isQuiet={isFirst && list.isSuccess && rows.length === 0}
        isCovered={selection.ids.size > 0}
        onChange={change}
      />
      {hasCohort(search) && list.data && (
        <Suspense>
          <CohortHead search={search} count={rows.length} isMore={list.hasNextPage} onChange={change} />
        </Suspense>
      )}
      {list.error && rows.length === 0 ? (
        <ErrorState title="We couldn’t load your clients" error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending && !isPlanned ? (
        <ClientsToCome layout={layout} />
      ) : rows.length === 0 ? (
        <EmptyList search={search} isFirst={isFirst} onChange={change} />
      ) : (
        <div className={classes.list} data-old={list.isPlaceholderData || undefined}>
          <ClientTable
            rows={rows}
            layout={layout}
            active={active}
            focus={focus}
            selected={selection.ids}
            fresh={live.fresh}
            left={live.left}
            managers={managers}
            hasMore={list.hasNextPage}
            onMore={more}
            onSelect={selection.toggle}
            onSelectLoaded={selection.toggleLoaded}
            onFocus={setActive}
            managed={managed?.row.id ?? null}
            onManage={setManaged}
          />
          {isFirst && hasCome && !list.hasNextPage && may('manage_settings') && (
            <div className={classes.first}>
              <Suspense>
                <FirstSteps hasClients />
              </Suspense>
            </div>
          )}
          {!may('add_clients') && <p className={classes.foot}>{admins} can add clients.</p>}
        </div>
      )}
      <BulkBar
        count={selection.ids.size}
        all={selection.all}
        onTakeAll={list.hasNextPage && rows.every(({ id }) => selection.ids.has(id)) && selection.selectAll}
        onVerb={begin}
        onClear={selection.clear}
      />
      <Suspense>
        {doing && (
          <BulkDialog
            {...doing}
            names={new Map(rows.map((row) => [row.id, row.organisation.name]))}
            managers={managers}
            onClose={(wasDone) => {
              setDoing(null)
              if (wasDone) selection.clear()
            }}
          />
        )}
        {managed && <RowMenu key={managed.row.id} managed={managed} onClose={() => setManaged(null)} />}
      </Suspense>
    </>
  )
}
