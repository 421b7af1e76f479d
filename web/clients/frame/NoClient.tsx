import { asProblem } from '../../api/problem.ts'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { useAdmins } from '../list/allowed.ts'

/**
 * The page where no client can be shown. Without an `error`, or where that is a 404, there is none, or none for whoever
 * looks: which of the two is not said.
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
