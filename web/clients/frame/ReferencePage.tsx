import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Navigate } from '@tanstack/react-router'
import { foundQuery } from '../../shell/keys/findClients.ts'
import { NoClient } from './NoClient.tsx'

const route = getRouteApi('/staff/r/$reference')

/** Redirects from a client reference (`/r/EM-…`) to the client's page. */
export function ReferencePage() {
  const reference = route.useParams().reference.toUpperCase()
  const { data, error, refetch } = useQuery(foundQuery(reference))
  const found = data?.find(({ organisation }) => organisation.reference === reference)
  if (found) return <Navigate to="/clients/$id" params={{ id: found.id }} replace />
  if (!data && !error) return <Skeleton height={28} width={280} />
  return <NoClient error={data ? null : error} onRetry={() => void refetch()} />
}
