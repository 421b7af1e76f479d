import { softwareLabel } from '../../../domain/connections/ledgers.ts'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { toast } from '../../components/toast.ts'
import { keep } from './keep.ts'
import { VerbDialog } from './VerbDialog.tsx'
import { firstOf, firstWithin } from './words.ts'

type Client = Schema['Onboarding']

/** Confirms and ends a connection. Says what ending does, and what remains to be done at the bank or in the ledger. */
export function DisconnectDialog(props: {
  client: Client
  connection: Client['connections'][number]
  onClose: () => void
}) {
  const { client, connection, onClose } = props
  const { name } = client.organisation
  const isBank = connection.kind === 'bank'
  const what = isBank ? (connection.institution ?? 'the bank') : softwareLabel(connection.provider)
  const accounts = connection.accounts.length === 1 ? '1 account' : `${connection.accounts.length} accounts`
  const says = isBank
    ? `Reading ${accounts} stops now; their matches are removed. ${firstOf(client)} must approve at the bank to connect again. Embark can’t take back the permission at ${what}: ${firstWithin(client)} can do that there.`
    : `Only ${name}: others on the same sign-in keep working. Its matches are removed, and Embark is taken off the connected apps of this organisation.`
  const act = async () => {
    const params = { path: { id: connection.id } }
    const { endedThere, ...left } = await bodyOf(api.POST('/api/v1/connections/{id}/disconnect', { params }))
    keep(left)
    const there = endedThere ? '' : `. It can also be removed at ${what}`
    toast(`Disconnected ${what}${there}`)
  }
  return (
    <VerbDialog
      title={`Disconnect ${what} from ${name}?`}
      says={says}
      way="Disconnect"
      isGrave
      act={act}
      onClose={onClose}
    />
  )
}
