import { randomBytes, randomUUID } from 'node:crypto'
import type { World } from '../world.ts'
import { accountsOf, type ConnectedAccount } from './accounts.ts'
import { bankById } from './banks.ts'
import type { ConnectionRequest } from './request.ts'

const LINK_LIVES_MS = 24 * 3_600_000

export type ConnectionStatus = 'authorization_required' | 'authorizing' | 'authorized' | 'failed'

/** What a person, or a script in a person's place, can do with a connection. */
export const ACTIONS = [
  'approve',
  'cancel',
  'refuse',
  'bank_down',
  'approve_later',
  'approve_no_accounts',
  'signatory',
  'never_return',
  'expire',
  'revoke',
] as const
export type Action = (typeof ACTIONS)[number]

/** One connection as TrueLayer holds it. Times in ms since 1970. */
export type Connection = {
  id: string
  opaque: string // names it in the browser, where the id must not go
  request: ConnectionRequest
  status: ConnectionStatus
  failureReason: string | null
  providerId: string | null
  pollsLeft: number // status requests that still answer `authorizing` after the approval
  signatory: boolean // waits for a second person of the account
  accountIds: string[] | null // null: all
  returns: boolean // false: the person closed the window after approving
  revoked: boolean
  createdAt: number
  updatedAt: number
}

type Row = {
  id: string
  opaque: string
  request: string
  status: ConnectionStatus
  failure_reason: string | null
  provider_id: string | null
  polls_left: number
  signatory: number
  accounts: string | null
  returns: number
  revoked: number
  created_at: number
  updated_at: number
}

const FAILURES: Partial<Record<Action, string>> = {
  cancel: 'canceled',
  refuse: 'provider_rejected',
  bank_down: 'provider_error',
  approve_no_accounts: 'no_accounts',
  expire: 'expired',
}

/** The connections and their states: authorization_required → authorizing → authorized | failed. */
export class Connections {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  create(request: ConnectionRequest): Connection {
    const id = randomUUID()
    const now = this.#world.now()
    this.#world.store.run(
      `INSERT INTO truelayer_connections (id, opaque, request, status, provider_id, created_at, updated_at)
       VALUES (?, ?, ?, 'authorization_required', ?, ?, ?)`,
      id,
      randomBytes(18).toString('base64url'),
      JSON.stringify({ ...request, user: { ...request.user, id: request.user.id ?? randomUUID() } }),
      request.providerId,
      now,
      now,
    )
    return this.byId(id)!
  }

  byId(id: string): Connection | null {
    return this.#read(this.#world.store.row<Row>('SELECT * FROM truelayer_connections WHERE id = ?', id))
  }

  byOpaque(opaque: string): Connection | null {
    return this.#read(this.#world.store.row<Row>('SELECT * FROM truelayer_connections WHERE opaque = ?', opaque))
  }

  /** Newest first, at most `limit`. */
  list(limit: number): Connection[] {
    return this.#world.store
      .rows<Row>('SELECT * FROM truelayer_connections ORDER BY created_at DESC, rowid DESC LIMIT ?', limit)
      .map((row) => this.#read(row)!)
  }

  /** The accounts that the person shared; all of them unless some were picked. */
  accounts(connection: Connection): ConnectedAccount[] {
    const all = accountsOf(connection.id, connection.request.user.name, connection.providerId ?? '')
    return connection.accountIds === null ? all : all.filter((account) => connection.accountIds?.includes(account.id))
  }

  /** The person picked a bank (`providerId`) or signed in there. False when it is too late or no such bank. */
  begin(connection: Connection, step: { providerId?: string; signedIn?: boolean }): boolean {
    if (isTerminal(connection)) return false
    if (step.providerId !== undefined) {
      if (connection.request.providerId !== null || !bankById(step.providerId)) return false
      this.#save({ ...connection, providerId: step.providerId })
      return true
    }
    if (step.signedIn) this.#save({ ...connection, status: 'authorizing' })
    return true
  }

  /**
   * Does what the person decided. Returns the problem with it, or null. `accountIds` null = all;
   * `polls` = how often the status still answers `authorizing` after `approve_later`.
   */
  act(
    connection: Connection,
    action: Action,
    choice: { providerId?: string | null; accountIds?: string[] | null; polls?: number } = {},
  ): string | null {
    if (action === 'revoke') {
      this.#save({ ...connection, revoked: true })
      return null
    }
    if (isTerminal(connection)) return `The connection is ${connection.status} already.`
    const failure = FAILURES[action]
    if (failure) {
      this.#save({ ...connection, status: 'failed', failureReason: failure, signatory: false })
      return null
    }
    const providerId = connection.request.providerId ?? choice.providerId ?? connection.providerId
    if (!bankById(providerId)) return 'Choose a bank first.'
    this.#save({
      ...connection,
      providerId,
      status: action === 'signatory' ? 'authorizing' : 'authorized',
      signatory: action === 'signatory',
      accountIds: choice.accountIds ?? connection.accountIds,
      pollsLeft: action === 'approve_later' ? (choice.polls ?? 2) : 0,
      returns: action !== 'never_return',
    })
    return null
  }

  /** What a status request answers now; it uses up one of the polls that still say `authorizing`. */
  poll(connection: Connection, request: string): ConnectionStatus {
    if (connection.status !== 'authorized') return connection.status
    if (connection.pollsLeft > 0) {
      this.#save({ ...connection, pollsLeft: connection.pollsLeft - 1 })
      return 'authorizing'
    }
    const fault = this.#world.faults.take('truelayer', ['status'], ['processing'], `${request}\n${connection.id}`)
    return fault ? 'authorizing' : 'authorized'
  }

  #save(connection: Connection): void {
    this.#world.store.run(
      `UPDATE truelayer_connections SET status = ?, failure_reason = ?, provider_id = ?, polls_left = ?, signatory = ?,
       accounts = ?, returns = ?, revoked = ?, updated_at = ? WHERE id = ?`,
      connection.status,
      connection.failureReason,
      connection.providerId,
      connection.pollsLeft,
      Number(connection.signatory),
      connection.accountIds && JSON.stringify(connection.accountIds),
      Number(connection.returns),
      Number(connection.revoked),
      this.#world.now(),
      connection.id,
    )
  }

  #read(row: Row | undefined): Connection | null {
    if (!row) return null
    const isStale =
      (row.status === 'authorization_required' || (row.status === 'authorizing' && !row.signatory)) &&
      this.#world.now() - row.created_at >= LINK_LIVES_MS
    return {
      id: row.id,
      opaque: row.opaque,
      request: JSON.parse(row.request) as ConnectionRequest,
      status: isStale ? 'failed' : row.status,
      failureReason: isStale ? 'expired' : row.failure_reason,
      providerId: row.provider_id,
      pollsLeft: row.polls_left,
      signatory: row.signatory === 1,
      accountIds: row.accounts ? (JSON.parse(row.accounts) as string[]) : null,
      returns: row.returns === 1,
      revoked: row.revoked === 1,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  }
}

/** True when nothing more can be decided. */
export function isTerminal(connection: Connection): boolean {
  return connection.status === 'authorized' || connection.status === 'failed'
}
