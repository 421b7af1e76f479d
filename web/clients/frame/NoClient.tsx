import { asProblem } from '../../api/problem.ts'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { useAdmins } from '../list/allowed.ts'

/**
 * The page for a client that cannot be shown. Without an `error`, or for a 404, it says only that the member can't see
 * the client, so that it does not reveal whether the client exists.
 */
export function NoClient({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const admins = useAdmins('assign_clients')
  return (
    <>
      <PageTitle title="Client" tab="Clients" />
      {!error || asProblem(error).status === 404 ? (
        <EmptyState title="You can’t see this client">Ask {admins}, or look at the address.</EmptyState>
      ) : (
        <ErrorState title="We couldn’t load this client" error={error} onRetry={onRetry} />
      )}
    </>
  )
}
