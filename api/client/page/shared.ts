import type { PageConnection } from '../../../db/connections/shown.ts'
import type { ClientContext } from '../../../db/invitations/clientPage.ts'
import { isOneMore, MOST_BANKS } from '../../../domain/connections/severalBanks.ts'
import type { Facts, Instant } from '../../../domain/situation.ts'
import type { Behind } from '../../../pages/client/behind.ts'
import type { Shared } from '../../../pages/client/connections/view.ts'
import type { ClientView } from '../../../pages/client/view.ts'
import type { Dependencies } from '../../dependencies.ts'

type Connections = Pick<ClientContext, 'connections'>

/** Returns all connections that are shared now. */
export const sharedOf = ({ connections }: Connections): Shared[] =>
  connections
    .filter(({ state }) => state !== 'disconnected')
    .map(({ id, name, kind, accounts, accessUntil: until }) => ({ id, name, kind, accounts, until }))

/** Returns the page before a connection is stopped; afterwards the one that says so, and where else to remove it. */
export function stopView(
  { banks, ledgers }: Pick<Dependencies, 'banks' | 'ledgers'>,
  behind: Behind,
  connection: PageConnection,
  now: Instant,
): ClientView {
  const [shared] = sharedOf({ connections: [connection] })
  if (shared) return { ...behind, page: 'stop-sharing', shared }
  const { kind, provider, name: bankName, endedAt } = connection
  const connector = (kind === 'bank' ? banks : ledgers).find(provider)
  const alsoRemoveAt = connector?.can.revoke ? null : (connector?.label ?? bankName)
  return { ...behind, page: 'sharing-stopped', bankName, stoppedAt: endedAt ?? now, alsoRemoveAt }
}

/** Returns the banks that are shared now. */
export const banksOf = (context: Connections): Shared[] => sharedOf(context).filter(({ kind }) => kind === 'bank')

/** Returns true if the client may add a bank to those that they share. */
export const canAddBank = (facts: Facts, context: Connections): boolean =>
  isOneMore(facts, 'bank') && banksOf(context).length < MOST_BANKS

/** Returns the newest active connection of a kind; null for none. */
export const standing = ({ connections }: Connections, kind: PageConnection['kind']): PageConnection | null =>
  connections.find((one) => one.kind === kind && one.state !== 'disconnected') ?? null
