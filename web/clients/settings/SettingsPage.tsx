import { Anchor, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import { EmptyState } from '../../components/EmptyState.tsx'
import { ErrorState } from '../../components/ErrorState.tsx'
import { PageTitle } from '../../components/PageTitle.tsx'
import { useLeaving } from '../../components/useLeaving.tsx'
import { onboardingQuery } from '../detail/queries.ts'
import { useAdmins } from '../EmptyList.tsx'
import { AccessSection } from './AccessSection.tsx'
import { organisationQuery } from './queries.ts'

const route = getRouteApi('/staff/clients/$id/settings')

/** The settings of a client's business: its details, who may see it, what is connected, and its data. */
export function SettingsPage() {
  const { id } = route.useParams()
  const admins = useAdmins()
  const [isAccessChanged, setAccessChanged] = useState(false)
  const leaving = useLeaving(isAccessChanged)
  const onboarding = useQuery(onboardingQuery(id))
  const organisationId = onboarding.data?.organisation.id
  const organisation = useQuery({ ...organisationQuery(organisationId ?? ''), enabled: organisationId !== undefined })
  const error = onboarding.error ?? organisation.error
  if (error && !(onboarding.data && organisation.data)) {
    return (
      <>
        <PageTitle title="Business settings" tab="Clients" />
        {asProblem(error).status === 404 ? (
          <EmptyState title="You can’t see this client">Ask {admins}, or look at the address.</EmptyState>
        ) : (
          <ErrorState
            title="We couldn’t load this client’s settings"
            error={error}
            onRetry={() => void (onboarding.data ? organisation : onboarding).refetch()}
          />
        )}
      </>
    )
  }
  if (!organisation.data) {
    return (
      <Stack gap="lg" aria-busy="true">
        <Skeleton height={28} width={280} />
        <Skeleton height={320} />
      </Stack>
    )
  }
  const { name } = organisation.data
  return (
    <>
      <nav aria-label="Breadcrumb">
        <Anchor component={Link} to={`/clients/${id}` as string} size="sm">
          {name}
        </Anchor>
      </nav>
      <PageTitle title="Business settings" tab={`Settings · ${name} · Clients`} />
      <AccessSection organisation={organisation.data} onChange={setAccessChanged} />
      {leaving}
    </>
  )
}
