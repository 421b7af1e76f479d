import { Anchor, Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schema } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import { asProblem } from '../../api/problem.ts'
import { EmptyState } from '../../components/EmptyState.tsx'
import { ErrorState } from '../../components/ErrorState.tsx'
import { PageTitle } from '../../components/PageTitle.tsx'
import { Time } from '../../components/Time.tsx'
import { BulkDialog } from '../BulkDialog.tsx'
import type { BulkVerb } from '../bulk.ts'
import { useAdmins } from '../EmptyList.tsx'
import { useColleagues } from '../useColleagues.ts'
import { Banner } from './Banner.tsx'
import classes from './ClientPage.module.css'
import { Connections } from './Connections.tsx'
import { Invitation } from './Invitation.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { onboardingQuery } from './queries.ts'
import { Steps } from './Steps.tsx'
import { Timeline } from './Timeline.tsx'

const route = getRouteApi('/staff/clients/$id')

export type Onboarding = Schema['Onboarding']
/** What is being asked about, in a dialog over the page. */
export type Doing = BulkVerb | 'invite'

/** One client: what blocks it, what there is to do, what was sent, and what happened. */
export function ClientPage() {
  const { id } = route.useParams()
  const queries = useQueryClient()
  const managers = useColleagues()
  const admins = useAdmins()
  const [doing, setDoing] = useState<Doing | null>(null)
  const { data: client, error, refetch } = useQuery(onboardingQuery(id))
  const readAnew = () => queries.invalidateQueries({ queryKey: ['onboarding', id] })
  useLive({
    changed: async (ids) => {
      if (ids.includes(id)) await readAnew()
    },
    reload: () => void readAnew(),
  })
  if (error && !client) {
    const isHidden = asProblem(error).status === 404
    return (
      <>
        <PageTitle title="Client" tab="Clients" />
        {isHidden ? (
          <EmptyState title="You can’t see this client">Ask {admins}, or look at the address.</EmptyState>
        ) : (
          <ErrorState title="We couldn’t load this client" error={error} onRetry={() => void refetch()} />
        )}
      </>
    )
  }
  if (!client) return <ClientToCome />
  const { organisation, accountManager } = client
  const facts = [
    organisation.reference ?? 'No reference yet',
    organisation.practiceCode,
    organisation.kind === 'business' ? 'Business' : 'Self-employed',
    accountManager && managers.get(accountManager.id),
  ].filter(Boolean)
  return (
    <>
      <nav aria-label="Breadcrumb">
        <Anchor component={Link} to="/clients" size="sm">
          Clients
        </Anchor>
      </nav>
      <PageTitle title={organisation.name} tab={`${organisation.name} · Clients`} />
      <Text size="sm" c="dimmed" className={classes.facts}>
        {facts.join(' · ')}
      </Text>
      <Banner client={client} onDo={setDoing} onChanged={readAnew} />
      <div className={classes.columns}>
        <Stack gap="lg">
          <Steps client={client} />
          {client.connections.length > 0 && <Connections client={client} />}
          <Timeline id={id} />
        </Stack>
        <Stack gap="lg">
          <Invitation client={client} onDo={setDoing} />
          {client.nextTouches.length > 0 && (
            <Paper p="lg" component="section" aria-labelledby="touches">
              <Title order={2} id="touches">
                Next touches
              </Title>
              <ul className={classes.list}>
                {client.nextTouches.map(({ at, to, n }) => (
                  <li key={`${to}${n}`}>
                    <Time at={at} as="future" /> · {to === 'client' ? 'reminder to the client' : 'you’re reminded'}
                  </li>
                ))}
              </ul>
            </Paper>
          )}
        </Stack>
      </div>
      {doing === 'invite' && <InviteDialog client={client} onClose={() => setDoing(null)} onDone={readAnew} />}
      {doing && doing !== 'invite' && (
        <BulkDialog
          verb={doing}
          target={{ ids: [id] }}
          names={new Map([[id, organisation.name]])}
          managers={managers}
          onClose={() => {
            setDoing(null)
            void readAnew()
          }}
        />
      )}
    </>
  )
}

const ClientToCome = () => (
  <Stack gap="lg" aria-busy="true">
    <Skeleton height={28} width={280} />
    <Skeleton height={88} />
    <Skeleton height={200} />
  </Stack>
)
