import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import { EmptyState } from '../components/page/EmptyState.tsx'
import { Time } from '../components/Time.tsx'
import { type ConsentSearch, isNarrowed, NO_CONSENT_FILTERS } from './consentSearch.ts'
import { consentCountsQuery } from './queries.ts'

/** Explains an empty list of consents, and says what comes next. */
export function NoConsents(props: { search: ConsentSearch; onChange: (changes: Partial<ConsentSearch>) => void }) {
  const { search, onChange } = props
  const { view = 'act_now' } = search
  const narrowed = isNarrowed(search)
  const { data: counts } = useQuery({ ...consentCountsQuery(), enabled: !narrowed })
  const { data: next } = useQuery({
    queryKey: ['consents', 'next'],
    queryFn: async () =>
      (await bodyOf(api.GET('/api/v1/consents', { params: { query: { view: 'next_30_days', limit: 1 } } }))).items[0] ??
      null,
    enabled: !narrowed && view === 'act_now',
  })
  if (narrowed) {
    return (
      <EmptyState
        title="No bank matches"
        action={
          <Button variant="default" onClick={() => onChange(NO_CONSENT_FILTERS)}>
            Clear filters
          </Button>
        }
      />
    )
  }
  if (!counts) return null
  if (counts.all === 0)
    return <EmptyState title="No bank is connected yet">Access shows here from the first one.</EmptyState>
  const all = (
    <Button variant="default" onClick={() => onChange({ view: 'all' })}>
      See all banks
    </Button>
  )
  if (view !== 'act_now') {
    return <EmptyState title={view === 'ended' ? 'No access has ended' : 'No access ends in 30 days'} action={all} />
  }
  return (
    <EmptyState title="Nobody has to act this week" action={all}>
      {next?.endsAt && (
        <>
          Next: {next.organisation.name}, <Time at={next.endsAt} as="date" />.
        </>
      )}
    </EmptyState>
  )
}
