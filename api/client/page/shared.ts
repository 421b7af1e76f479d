import type { PageConnection } from '../../../db/connections/shown.ts'
import type { ClientContext } from '../../../db/invitations/clientPage.ts'
import { isOneMore, MOST_BANKS } from '../../../domain/connections/severalBanks.ts'
import type { Facts } from '../../../domain/situation.ts'
import type { Shared } from '../../../pages/client/connections/view.ts'
import type { Dependencies } from '../../dependencies.ts'

type Connections = Pick<ClientContext, 'connections'>

/** Returns all connections that are shared now. */
export const sharedOf = ({ connections }: Connections): Shared[] =>
  connections
    .filter(({ state }) => state !== 'disconnected')
    .map(({ id, name, kind, accounts, accessUntil: until }) => ({ id, name, kind, accounts, until }))

/** Returns where a connection that Embark has ended must be removed too; null where its connector ended it. */
export function alsoRemoveAt(
  { banks, ledgers }: Pick<Dependencies, 'banks' | 'ledgers'>,
  { kind, provider, name }: PageConnection,
): string | null {
  const connector = (kind === 'bank' ? banks : ledgers).find(provider)
  if (!connector) return name
  return connector.can.revoke ? null : connector.label
}

/** Returns the banks that are shared now. */
export const banksOf = (context: Connections): Shared[] => sharedOf(context).filter(({ kind }) => kind === 'bank')

/** Returns true if the client may add a bank to those that they share. */
export const canAddBank = (facts: Facts, context: Connections): boolean =>
  isOneMore(facts, 'bank') && banksOf(context).length < MOST_BANKS

/** Returns the newest active connection of a kind; null for none. */
export const standing = ({ connections }: Connections, kind: PageConnection['kind']): PageConnection | null =>
  connections.find((one) => one.kind === kind && one.state !== 'disconnected') ?? null
