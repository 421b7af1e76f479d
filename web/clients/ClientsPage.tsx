import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ErrorState } from '../components/ErrorState.tsx'
import { PageTitle } from '../components/PageTitle.tsx'
import { Delivery, MoveChip, Stage } from '../components/States.tsx'
import { Time } from '../components/Time.tsx'
import { listQuery } from './listQuery.ts'

const route = getRouteApi('/staff/clients')

/** Every client that may be seen, and what each is waiting for. */
export function ClientsPage() {
  const search = route.useSearch()
  const { data, error, refetch } = useInfiniteQuery(listQuery(search))
  if (error && !data)
    return <ErrorState title="We couldn’t load your clients" error={error} onRetry={() => void refetch()} />
  const rows = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <PageTitle title="Clients" />
      <table>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.organisation.name}</th>
              <td>
                <Stage stage={row.status} />
              </td>
              <td>
                <MoveChip move={row.situation.move} /> {row.situation.sentence}
              </td>
              <td>
                <Delivery delivery={row.invitation?.delivery ?? []} />
              </td>
              <td>
                <Time at={row.situation.since} as="age" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
