import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import type { Onboarding } from '../detail/queries.ts'
import { ClientFrame } from '../frame/ClientFrame.tsx'
import { AccessSection } from './AccessSection.tsx'
import { ConnectionsSection } from './ConnectionsSection.tsx'
import { DataSection } from './DataSection.tsx'
import { DetailsSection } from './DetailsSection.tsx'
import { organisationQuery } from './queries.ts'
import classes from './SettingsPage.module.css'

const route = getRouteApi('/staff/clients/$id/settings')

/** The settings of a client: details, access, connections and data. */
export function SettingsPage() {
  const { id } = route.useParams()
  return (
    <ClientFrame id={id} tab="settings">
      {(client) => <Settings client={client} />}
    </ClientFrame>
  )
}

function Settings({ client }: { client: Onboarding }) {
  const { data: organisation, error, refetch } = useQuery(organisationQuery(client.organisation.id))
  if (!organisation) {
    if (error) {
      const again = () => void refetch()
      return <ErrorState title="We couldn’t load this client’s settings" error={error} onRetry={again} />
    }
    return (
      <Stack aria-busy="true">
        <Skeleton height={320} />
      </Stack>
    )
  }
  if (organisation.erasedAt) {
    return (
      <EmptyState title="Personal data erased">
        Dates and events without names are kept. There is nothing to do.
      </EmptyState>
    )
  }
  return (
    <div className={classes.page}>
      <DetailsSection organisation={organisation} client={client} />
      <AccessSection organisation={organisation} />
      <ConnectionsSection client={client} />
      <DataSection organisation={organisation} onboardingId={client.id} />
    </div>
  )
}
