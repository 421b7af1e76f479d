import { softwareLabel } from '../../../domain/connections/ledgers.ts'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { toast } from '../../components/toast.ts'
import { useNow } from '../../components/useNow.ts'
import { accountsOf } from '../../consents/consentWords.ts'
import { useMe, useZone } from '../../shell/useMe.ts'
import { dateOf } from '../../words/times.ts'
import { keep } from './keep.ts'
import { firstOf } from './words.ts'

type Client = Schema['Onboarding']
type Connection = Client['connections'][number]

/** Confirms and ends a connection. Says what ending does, and what remains to be done at the bank or in the ledger. */
export function DisconnectDialog(props: { client: Client; connection: Connection; onClose: () => void }) {
  const { client, connection, onClose } = props
  const { name } = client.organisation
  const isBank = connection.kind === 'bank'
  const what = isBank ? (connection.institution ?? 'the bank') : softwareLabel(connection.provider)
  const accounts = accountsOf(connection.accounts.length)
  const limits = useLimits(client, connection)
  const says = isBank
    ? `Reading ${accounts} stops now; ${connection.accounts.length === 1 ? 'its' : 'their'} matches are removed. ${firstOf(client)} must approve at the bank to connect again.`
    : `Reading ${name} in ${what} stops now; its matches are removed.`
  const act = async () => {
    const params = { path: { id: connection.id } }
    const { endedThere, ...left } = await bodyOf(api.POST('/api/v1/connections/{id}/disconnect', { params }))
    keep(left)
    const there = endedThere ? '' : `. It can also be removed at ${what}`
    toast(`Disconnected ${what}${there}`)
  }
  return (
    <ActDialog
      title={`Disconnect ${what} from ${name}?`}
      says={[says, limits].filter(Boolean).join(' ')}
      label="Disconnect"
      keep="Keep it"
      isDanger
      act={act}
      onClose={onClose}
    />
  )
}

/** Says what ending this connection leaves as it is, as its connector knows; null where it leaves nothing. */
function useLimits(client: Client, { kind, provider, accessUntil }: Connection): string | null {
  const { ledgers, banks } = useMe()
  const [now, zone] = [useNow(), useZone()]
  if (kind === 'books') return ledgers.find(({ id }) => id === provider)?.endNote ?? null
  const listedAs = banks.find(({ id }) => id === provider)?.listedAs
  const end = accessUntil === null ? null : Date.parse(accessUntil)
  if (!listedAs || (end !== null && end <= now)) return null
  const until = end === null ? '' : ` until ${dateOf(end, now, zone)}`
  return `${firstOf(client)}’s bank app may still list ${listedAs}${until}.`
}
