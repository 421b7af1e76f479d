import type { PageConnection } from '../../db/connections/shown.ts'
import type { ClientContext } from '../../db/invitations/clientPage.ts'
import type { Shared } from '../../pages/client/view.ts'

type Connections = Pick<ClientContext, 'connections'>

/** Returns all connections that are shared now. */
export const sharedOf = ({ connections }: Connections): Shared[] =>
  connections
    .filter(({ state }) => state !== 'disconnected')
    .map(({ id, name, kind, accounts, accessUntil: until }) => ({ id, name, kind, accounts, until }))

/** Returns the active connection of a kind; null for none. */
export const standing = ({ connections }: Connections, kind: PageConnection['kind']): PageConnection | null =>
  connections.find((one) => one.kind === kind && one.state !== 'disconnected') ?? null
