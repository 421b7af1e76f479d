import { Anchor, Paper, Skeleton, Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { asProblem } from '../api/problem.ts'
import { ClientPage } from '../clients/detail/ClientPage.tsx'
import { onboardingQuery } from '../clients/detail/queries.ts'
import { EmptyState } from '../components/page/EmptyState.tsx'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { MeHere } from '../shell/useMe.ts'
import { AskAccess } from './AskAccess.tsx'
import { meThereQuery, practiceQuery } from './queries.ts'
import { ReasonDialog } from './ReasonDialog.tsx'
import { Ribbon } from './Ribbon.tsx'

/** A page of a client for support, below the support ribbon. `page` is the practice's own page to show. */
export function HelpedPage({ page = ClientPage }: { page?: () => ReactNode }) {
  const { practice: id = '', id: clientId = '' } = useParams({ strict: false })
  const { data: practice, error, refetch } = useQuery(practiceQuery(id))
  if (error && !practice) {
    const isUnknown = asProblem(error).status === 404
    return (
      <>
        <PageTitle title="Support" />
        {isUnknown ? (
          <EmptyState title="There is no such practice" action={<ToSupport />} />
        ) : (
          <ErrorState title="We couldn’t ask the practice" error={error} onRetry={refetch} />
        )}
      </>
    )
  }
  if (!practice) return <Skeleton height={28} width={280} />
  if (practice.access !== 'given') {
    return (
      <>
        <PageTitle title={practice.name} tab="Support" />
        <Paper p="lg" mb="lg">
          <AskAccess practice={practice} />
        </Paper>
        <ToSupport />
      </>
    )
  }
  return (
    <>
      <Ribbon practice={practice} />
      <Helped key={`${id} ${clientId}`} practiceId={id} clientId={clientId} page={page} />
    </>
  )
}

/** Draws the page with the rights in that practice. Leaving removes everything read there from the cache. */
function Helped(props: { practiceId: string; clientId: string; page: () => ReactNode }) {
  const { practiceId, clientId, page: Page } = props
  const queries = useQueryClient()
  const [isFresh, setFresh] = useState(false)
  const me = useQuery(meThereQuery(practiceId))
  useEffect(() => {
    const forget = () => queries.removeQueries({ predicate: ({ queryKey: [of] }) => of !== 'me' && of !== 'support' })
    forget()
    setFresh(true)
    return forget
  }, [queries])
  const client = useQuery({ ...onboardingQuery(clientId), enabled: isFresh && me.isSuccess })
  const code = client.error ? asProblem(client.error).code : null
  useEffect(() => {
    if (code === 'support_not_allowed') void queries.invalidateQueries({ queryKey: ['support', 'practice'] })
  }, [code, queries])
  if (me.error) {
    return <ErrorState title="We couldn’t load this client" error={me.error} onRetry={me.refetch} />
  }
  const isAsked = code === 'reason_required'
  return (
    <>
      {me.data && (client.data || (client.error && !isAsked)) ? (
        <MeHere value={me.data}>
          <Page />
        </MeHere>
      ) : (
        <Stack gap="lg" aria-busy="true">
          <PageTitle title="Client" tab="Support" />
          <Skeleton height={88} />
          <Skeleton height={200} />
        </Stack>
      )}
      {isAsked && <ReasonDialog clientId={clientId} onGiven={() => client.refetch()} />}
    </>
  )
}

const ToSupport = () => (
  <Anchor size="sm" renderRoot={(props) => <Link to="/support" {...props} />}>
    Go to Support
  </Anchor>
)
