import type { PageConnection } from '../../db/connections/shown.ts'
import type { ClientContext } from '../../db/invitations/clientPage.ts'
import type { Shared } from '../../pages/client/view.ts'
import type { Dependencies } from '../dependencies.ts'

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

/** Returns the active connection of a kind; null for none. */
export const standing = ({ connections }: Connections, kind: PageConnection['kind']): PageConnection | null =>
  connections.find((one) => one.kind === kind && one.state !== 'disconnected') ?? null
