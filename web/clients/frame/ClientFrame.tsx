import { Anchor, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { changedSince, useLive } from '../../api/live.ts'
import { queries } from '../../api/queries.ts'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { useReadOnOpening } from '../../notices/queries.ts'
import { type Onboarding, onboardingQuery } from '../detail/queries.ts'
import { colleaguesQuery, useColleagues } from '../useColleagues.ts'
import { usersQuery } from '../users/queries.ts'
import classes from './ClientFrame.module.css'
import { type ClientTab, ClientTabs } from './ClientTabs.tsx'
import { ListPlace } from './ListPlace.tsx'
import { NoClient } from './NoClient.tsx'
import { useClientPath } from './useClientPath.ts'

const TITLES: Record<ClientTab, string> = { overview: '', users: 'Users · ', settings: 'Settings · ' }

/**
 * The frame of every page of a client: the way back, name, facts and tabs. `id` is the onboarding's. `children` draws
 * the page from the client and a function that reads the client again. `tab` is null on a page below a tab. A member
 * without access sees who can give it.
 */
export function ClientFrame(props: {
  id: string
  tab: ClientTab | null
  /** Draws the buttons to the right of the name. */
  actions?: (client: Onboarding) => ReactNode
  children: (client: Onboarding, readAnew: () => Promise<unknown>) => ReactNode
}) {
  const { id, tab, actions, children } = props
  const managers = useColleagues()
  const { isPending: isNobodyKnown } = useQuery(colleaguesQuery)
  const path = useClientPath(id)
  const { data: client, error, refetch } = useQuery(onboardingQuery(id))
  useReadOnOpening(id)
  const organisationId = client?.organisation.id
  const readAnew = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: onboardingQuery(id).queryKey }),
      // Reads the users too: they are a query of their own, and change with the client.
      organisationId && queries.invalidateQueries({ queryKey: usersQuery(organisationId).queryKey }),
    ])
  useLive({
    changed: async (ids) => {
      if (ids.includes(id)) await readAnew()
    },
    reload: () => void readAnew(),
    opened: () => void readAnew(),
  })
  // A client that was read ahead of its page may have changed since.
  useEffect(() => {
    const read = queries.getQueryState(onboardingQuery(id).queryKey)?.dataUpdatedAt
    const missed = read ? changedSince(read) : []
    if (missed === null || missed.includes(id)) void readAnew()
  }, [id])
  if (error && !client) return <NoClient error={error} onRetry={() => void refetch()} />
  // Waits for the colleagues' names, because names change line breaks; they usually arrive with the client.
  if (!client || isNobodyKnown) return <ClientToCome />
  const { organisation, accountManager } = client
  const facts = [
    organisation.reference ?? 'No reference yet',
    organisation.practiceCode,
    organisation.kind === 'business' ? 'Business' : 'Self-employed',
    accountManager && managers.get(accountManager.id),
  ].filter(Boolean)
  return (
    <>
      <div className={classes.head}>
        <nav aria-label="Breadcrumb">
          <Anchor component={Link} to="/clients" size="sm">
            Clients
          </Anchor>
        </nav>
        <ListPlace id={id} path={path} tab={tab} />
      </div>
      <PageTitle title={organisation.name} tab={`${tab ? TITLES[tab] : ''}${organisation.name} · Clients`}>
        {actions?.(client)}
      </PageTitle>
      <Text size="sm" c="dimmed" className={classes.facts}>
        {facts.join(' · ')}
      </Text>
      <ClientTabs id={id} organisationId={organisation.id} tab={tab} />
      {children(client, readAnew)}
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
