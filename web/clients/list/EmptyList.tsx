import { Anchor, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { notInPlan } from '../../../domain/practice/plans.ts'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { practiceQuery } from '../../settings/queries.ts'
import { useMay } from '../../shell/useMe.ts'
import { shownCount } from '../head/counts.ts'
import { EMPTY_VIEWS } from '../head/viewWords.ts'
import { headsQuery } from '../listQuery.ts'
import { filtersIn, hasCohort, type ListSearch, NO_COHORT, NO_FILTERS } from '../listSearch.ts'
import { useAdmins, useLacksMine } from './allowed.ts'

const FirstSteps = lazy(async () => ({ default: (await import('../first/FirstSteps.tsx')).FirstSteps }))

/** Returns `12 clients are waiting for someone else.`, counting open clients; empty if there are none. */
function waitingElsewhere({ columns, upTo }: Schema['Board']): string {
  const open = columns.reduce((sum, { column, count }) => sum + (column === 'completed' ? 0 : count), 0)
  if (open === 0) return ''
  return open === 1
    ? '1 client is waiting for someone else.'
    : `${shownCount(open, upTo)} clients are waiting for someone else.`
}

/** Explains an empty list and offers the way on. `isFirst`: the list is unfiltered and shows all clients. */
export function EmptyList(props: {
  search: ListSearch
  isFirst: boolean
  onChange: (changes: Partial<ListSearch>) => void
}) {
  const { search, isFirst, onChange } = props
  const may = useMay()
  const lacksMine = useLacksMine()
  const adders = useAdmins('add_clients')
  const givers = useAdmins('assign_clients')
  const planners = useAdmins('manage_settings')
  const { data: practice } = useQuery({ ...practiceQuery, enabled: may('manage_settings') })
  // The list of first steps has the same text and button.
  const isListed = practice?.firstStepsHidden === false
  const { q, view = 'attention' } = search
  const isFiltered = filtersIn(search) > 0
  const isWhole = !q && !isFiltered
  const isPlanned = view === 'mine' && lacksMine
  // An empty view needs its own explanation only if the member can see clients in another view.
  const { data: hasAny = true, isLoading } = useQuery({
    queryKey: ['onboardings', 'any'],
    queryFn: async () => {
      const query = { view: 'all', limit: 1 } as const
      return (await bodyOf(api.GET('/api/v1/onboardings', { params: { query } }))).items.length > 0
    },
    enabled: isWhole && !isFirst && !isPlanned && may('see_clients'),
  })
  const isQuiet = isWhole && view === 'attention'
  const { data: heads, isLoading: isCounting } = useQuery({
    ...headsQuery({ view: 'all' }),
    enabled: isQuiet && may('see_clients'),
  })
  // In other views the button stands above the list.
  const add = isFirst && may('add_clients') && (
    <Button component={Link} to={'/clients/new' as string}>
      Add client
    </Button>
  )
  if (isLoading || isCounting || (may('manage_settings') && !practice)) return null
  const hasNone = isWhole && !isPlanned && (isFirst || !hasAny)
  if (!may('see_clients') || (hasNone && !may('see_all_clients'))) {
    return (
      <EmptyState title="You can’t see any clients yet" action={add}>
        {givers} can give you access. Tell them which clients you work on.
      </EmptyState>
    )
  }
  if (q) {
    return (
      <EmptyState
        title={`No client matches “${q}”`}
        action={
          <Button variant="default" onClick={() => onChange({ q: undefined })}>
            Clear search
          </Button>
        }
      >
        We searched clients, contacts, invited people, emails, phone numbers, references and practice codes, in{' '}
        {view === 'all' ? 'all stages' : 'this view'}.
        {view !== 'all' && (
          <>
            {' '}
            <Anchor
              inherit
              renderRoot={(props) => <Link to="/clients" search={{ ...search, view: 'all' }} {...props} />}
            >
              Search all clients
            </Anchor>
          </>
        )}
      </EmptyState>
    )
  }
  if (isFiltered || hasCohort(search)) {
    return (
      <EmptyState
        title="No client matches these filters"
        action={
          <Button variant="default" onClick={() => onChange({ ...NO_FILTERS, ...NO_COHORT })}>
            Clear filters
          </Button>
        }
      />
    )
  }
  if (hasNone) {
    return (
      <>
        <EmptyState title="Add your first client" action={!isListed && add}>
          {!may('add_clients') && `${adders} can add clients.`}
          {may('add_clients') &&
            !isListed &&
            'A company name is enough. Embark invites them, reminds them, and tells you when the bank and the books are connected.'}
        </EmptyState>
        <Suspense>
          <FirstSteps hasClients={false} />
        </Suspense>
      </>
    )
  }
  const [title, text] = EMPTY_VIEWS[view]
  return (
    <EmptyState
      title={isPlanned ? 'My clients' : title}
      action={
        <Anchor renderRoot={(props) => <Link to="/clients" search={{ view: 'all' }} {...props} />}>
          See all clients
        </Anchor>
      }
    >
      {isPlanned ? notInPlan('my_clients', planners) : isQuiet && heads ? waitingElsewhere(heads) : text}
    </EmptyState>
  )
}
