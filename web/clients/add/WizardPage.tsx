import '@mantine/core/styles/Alert.css'
import { Button, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Navigate } from '@tanstack/react-router'
import { asProblem } from '../../api/problem.ts'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { practiceQuery } from '../../settings/queries.ts'
import { useMe } from '../../shell/useMe.ts'
import { draftQuery } from './queries.ts'
import { pagesOf } from './steps.ts'
import { Wizard } from './Wizard.tsx'
import { words } from './words.ts'

const route = getRouteApi('/staff/clients/new/$draft/$step')

/** The wizard page of the draft in the address. An unknown or idle page redirects to the next one to fill in. */
export function WizardPage() {
  const { draft: id, step } = route.useParams()
  const me = useMe()
  const { data: draft, error, isFetchedAfterMount, refetch } = useQuery(draftQuery(id))
  const { data: practice, error: noPractice, refetch: again } = useQuery(practiceQuery)
  const failed = error ?? noPractice
  if (error && asProblem(error).status === 404) return <Gone />
  if (failed && (!draft || !practice)) {
    return (
      <>
        <PageTitle title={words.title} tab={words.title} />
        <ErrorState
          title="We couldn’t load this draft"
          error={failed}
          onRetry={() => void (error ? refetch() : again())}
        />
      </>
    )
  }
  // Waits for a fresh read, because a cached draft may have been changed elsewhere.
  if (!draft || !practice || !isFetchedAfterMount) return <ToCome />
  const pages = pagesOf(draft.kind, { colleagues: me.colleagues, solutions: practice.solutions.length })
  const at = pages.findIndex((page) => page.step === step)
  const page = pages[at]
  if (!page || page.reason !== null) {
    const from = at === -1 ? pages.findIndex((one) => one.step === draft.step) : at
    const next = pages.slice(Math.max(0, from)).find(({ reason }) => reason === null)?.step ?? 'details'
    return <Navigate to="/clients/new/$draft/$step" params={{ draft: id, step: next }} replace />
  }
  return <Wizard key={id} draft={draft} practice={practice} pages={pages} page={page} />
}

const Gone = () => (
  <>
    <PageTitle title={words.title} tab={words.title} />
    <EmptyState
      title="This draft is no longer there"
      action={
        <Button variant="default" renderRoot={(props) => <Link to="/clients/new" {...props} />}>
          {words.title}
        </Button>
      }
    >
      It was deleted, became a client, or nobody changed it for seven days.
    </EmptyState>
  </>
)

const ToCome = () => (
  <Stack gap="lg" aria-busy="true" maw={640}>
    <Skeleton height={28} width={160} />
    <Skeleton height={52} />
    <Skeleton height={52} />
    <Skeleton height={52} />
  </Stack>
)
