import { Button, Skeleton } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { CONSENT_VIEWS } from '../../domain/connections/consents.ts'
import { api, bodyOf } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import { shownCount } from '../clients/head/counts.ts'
import views from '../clients/head/Views.module.css'
import { useListKeys } from '../clients/list/useListKeys.ts'
import { useLayout } from '../clients/useLayout.ts'
import { SelectionBar } from '../components/bulk/SelectionBar.tsx'
import { useSelection } from '../components/bulk/useSelection.ts'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { NoRight } from '../components/page/NoRight.tsx'
import { Hidden } from '../components/plain/Hidden.tsx'
import { saveFile } from '../components/saveFile.ts'
import { Time } from '../components/Time.tsx'
import { attempt } from '../components/toast.ts'
import { useMay } from '../shell/useMe.ts'
import type { Asked } from './AskDialog.tsx'
import { ConsentDrawer } from './ConsentDrawer.tsx'
import { ConsentFilters } from './ConsentFilters.tsx'
import classes from './Consents.module.css'
import { ConsentsHead } from './ConsentsHead.tsx'
import { ConsentTable } from './ConsentTable.tsx'
import type { ConsentSearch } from './consentSearch.ts'
import { CONSENT_VIEW_NAMES, nameOf } from './consentWords.ts'
import { NoConsents } from './NoConsents.tsx'
import { type Consent, consentCountsQuery, consentsFile, consentsQuery } from './queries.ts'
import { useAskToConfirm } from './useAskToConfirm.ts'

// Loaded on use.
const AskDialog = lazy(() => import('./AskDialog.tsx'))

const route = getRouteApi('/staff/consents')

/** The access of all banks that the member may see: who must confirm what, and by when. */
export function ConsentsPage() {
  const may = useMay()
  return may('see_clients') ? <Consents /> : <NoRight title="Bank access" right="see_clients" />
}

function Consents() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const isPhone = useLayout() === 'phone'
  const list = useInfiniteQuery(consentsQuery(search))
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? []
  const asks = useAskToConfirm()
  const may = useMay()
  const selection = useSelection(rows)
  const [asking, setAsking] = useState<Asked | null>(null)
  const [active, setActive] = useState(0)
  const [focus, setFocus] = useState<{ index: number } | null>(null)
  const change = (changes: Partial<ConsentSearch>) =>
    void navigate({
      search: (before: ConsentSearch) => ({ ...before, ...changes }),
      replace: 'q' in changes,
      resetScroll: false,
    })
  const open = ({ id }: Consent) => change({ open: id })
  const go = (index: number) => {
    if (rows.length === 0) return
    const next = Math.max(0, Math.min(rows.length - 1, index))
    setActive(next)
    setFocus({ index: next })
  }
  const close = () => {
    const index = rows.findIndex(({ id }) => id === search.open)
    change({ open: undefined })
    if (index >= 0) setFocus({ index })
  }
  const { open: _open, ...shown } = search
  const key = JSON.stringify(shown)
  const { clear } = selection
  // Other rows start with nothing selected.
  useEffect(clear, [key, clear])
  /** The selected banks that are shown. */
  const chosen = rows.filter(({ id }) => selection.ids.has(id)).map(({ id }) => id)
  const askChosen = () => setAsking(selection.all ? { search: shown } : { ids: chosen })
  const download = async () => {
    const call = { body: { ids: chosen }, parseAs: 'blob' } as const
    saveFile('bank-access.csv', await bodyOf(api.POST('/api/v1/consents/export', call)), 'text/csv')
  }
  const isOnRow = () => document.activeElement?.closest('[data-row]') !== null
  useListKeys({
    down: () => go(isOnRow() ? active + 1 : active),
    up: () => go(isOnRow() ? active - 1 : active),
    open: () => rows[active] && open(rows[active]),
    select: () => rows.length > 0 && selection.toggle(active, false),
    range: () => rows.length > 0 && selection.toggle(active, true),
    resend: () => {
      if (chosen.length > 0) return may('work_clients') ? askChosen() : undefined
      if (rows[active]) asks.ask(rows[active])
    },
  })
  return (
    <>
      <ConsentsHead at="/consents">
        <Button component="a" variant="default" href={consentsFile(search)} download="bank-access.csv">
          Download CSV
        </Button>
      </ConsentsHead>
      <Views search={search} />
      <ConsentFilters search={search} isPhone={isPhone} onChange={change} />
      <Outages rows={rows} />
      <Unanswered rows={rows} />
      {list.error && rows.length === 0 ? (
        <ErrorState title="We couldn’t load bank access" error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Skeleton height={280} aria-busy="true" />
      ) : rows.length === 0 ? (
        <NoConsents search={search} onChange={change} />
      ) : (
        <ConsentTable
          rows={rows}
          search={search}
          isPhone={isPhone}
          active={Math.min(active, rows.length - 1)}
          focus={focus}
          selected={selection.ids}
          asks={asks}
          onSelect={selection.toggle}
          onSelectLoaded={selection.toggleLoaded}
          onFocus={setActive}
          onOpen={open}
        />
      )}
      {list.hasNextPage && (
        <Button variant="default" mt="lg" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
      <SelectionBar
        label="Selected banks"
        count={chosen.length}
        all={selection.all}
        onTakeAll={list.hasNextPage && chosen.length === rows.length && selection.selectAll}
        onClear={clear}
      >
        {may('work_clients') && (
          <Button variant="default" onClick={askChosen}>
            Ask to confirm
          </Button>
        )}
        {selection.all ? (
          <Button component="a" variant="default" href={consentsFile(search)} download="bank-access.csv">
            Download
          </Button>
        ) : (
          <Button variant="default" onClick={attempt(download)}>
            Download
          </Button>
        )}
      </SelectionBar>
      <Suspense>
        {asking && (
          <AskDialog
            asked={asking}
            names={new Map(rows.map((row) => [row.id, nameOf(row)]))}
            onClose={(wasDone) => {
              setAsking(null)
              if (!wasDone) return
              clear()
              void queries.invalidateQueries({ queryKey: ['consents'] })
            }}
          />
        )}
      </Suspense>
      {search.open && <ConsentDrawer id={search.open} isPhone={isPhone} onClose={close} />}
    </>
  )
}

function Views({ search }: { search: ConsentSearch }) {
  const { view = 'act_now' } = search
  const { data: counts } = useQuery(consentCountsQuery(search))
  return (
    <div className={views.bar}>
      <nav aria-label="Views" className={views.views}>
        {CONSENT_VIEWS.map((one) => (
          <Link
            key={one}
            to="/consents"
            search={{ ...search, view: one, open: undefined } as never}
            className={views.view}
            aria-current={one === view ? 'page' : undefined}
            data-on={one === view || undefined}
          >
            {CONSENT_VIEW_NAMES[one]}
            <span className={views.count} data-work={(one === 'act_now' && (counts?.act_now ?? 0) > 0) || undefined}>
              {counts && (
                <>
                  {shownCount(counts[one], counts.upTo)}
                  <Hidden> {counts[one] === 1 ? 'bank' : 'banks'}</Hidden>
                </>
              )}
            </span>
          </Link>
        ))}
      </nav>
    </div>
  )
}

/** Says which banks are down at present, for the rows shown. */
function Outages({ rows }: { rows: Consent[] }) {
  const since = new Map(rows.flatMap(({ bank, downSince }) => (downSince ? [[bank ?? 'A bank', downSince]] : [])))
  return [...since].map(([bank, at]) => (
    <p key={bank} className={classes.lead} role="status">
      {bank} isn’t answering since <Time at={at} as="since" />. We keep trying; its clients aren’t asked.
    </p>
  ))
}

/** Says which providers cannot be asked at present, for the rows shown. */
function Unanswered({ rows }: { rows: Consent[] }) {
  const since = new Map<string, string>()
  for (const { unanswered } of rows) {
    if (!unanswered) continue
    const before = since.get(unanswered.provider)
    if (!before || unanswered.since < before) since.set(unanswered.provider, unanswered.since)
  }
  return [...since].map(([provider, at]) => (
    <p key={provider} className={classes.lead} role="status">
      {provider} couldn’t be asked since <Time at={at} as="since" />. Dates are the ones we know.
    </p>
  ))
}
