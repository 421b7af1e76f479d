import { EmptyState } from '../components/EmptyState.tsx'
import { useAdmins } from './EmptyList.tsx'

/** There is no such client, or none for whoever looks: which of the two is not said. */
export function HiddenClient() {
  const admins = useAdmins()
  return <EmptyState title="You can’t see this client">Ask {admins}, or look at the address.</EmptyState>
}
