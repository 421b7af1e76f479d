import { randomBytes, randomUUID } from 'node:crypto'
import type { World } from '../world.ts'
import { accountsOf, type ConnectedAccount } from './accounts.ts'
import { bankById } from './banks.ts'
import { type ConnectionRequest, isOffered } from './request.ts'
import type { Webhooks } from './webhooks.ts'

const LINK_LIVES_MS = 24 * 3_600_000
/** The time until a slow bank decides. */
const LATER_MS = 30_000

export type ConnectionStatus = 'authorization_required' | 'authorizing' | 'authorized' | 'failed'

/** The actions of a person, or of a script in a person's place, on a connection. */
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
  'close_account',
  'open_account',
] as const
export type Action = (typeof ACTIONS)[number]

/** The acts of a person or bank on an authorised connection, outside the hosted page. */
export const LATER_ACTIONS: readonly Action[] = ['revoke', 'close_account', 'open_account']

/** One connection as TrueLayer holds it. Times in ms since 1970. */
export type Connection = {
  id: string
  opaque: string // identifies it in the browser, where the id must not go
  request: ConnectionRequest
  status: ConnectionStatus
  failureReason: string | null
  /** The status at which it failed. */
  failureStage: 'authorization_required' | 'authorizing' | null
  providerId: string | null
  signatory: boolean // waits for a second person of the account
  accountIds: string[] | null // null: all
  accountCount: number | null // null: the usual two or three
  returns: boolean // false: the person closed the window after approving
  revoked: boolean
  createdAt: number
  updatedAt: number
}

/** A stored connection: lists and objects are JSON, booleans numbers. */
type Row = Omit<Connection, 'request' | 'signatory' | 'accountIds' | 'returns' | 'revoked'> &
  Record<'signatory' | 'returns' | 'revoked', number> & { request: string; accountIds: string | null }

const SELECT = `SELECT id, opaque, request, status, failure_reason AS failureReason, failure_stage AS failureStage,
  provider_id AS providerId, signatory, accounts AS accountIds, account_count AS accountCount, returns, revoked,
  created_at AS createdAt, updated_at AS updatedAt FROM truelayer_data_connections`

const FAILURES: Partial<Record<Action, string>> = {
  cancel: 'canceled',
  refuse: 'provider_rejected',
  bank_down: 'provider_error',
  expire: 'expired',
}

/**
 * The connections and their states: authorization_required → authorizing → authorized | failed. Only webhooks report
 * the last two to the customer.
 */
export class Connections {
  readonly #world: World
  readonly #webhooks: Webhooks

  constructor(world: World, webhooks: Webhooks) {
    this.#world = world
    this.#webhooks = webhooks
  }

  create(request: ConnectionRequest): Connection {
    const id = randomUUID()
    const now = this.#world.now()
    this.#world.store.run(
      `INSERT INTO truelayer_data_connections (id, opaque, request, status, provider_id, created_at, updated_at)
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
    return this.#read(this.#world.store.row<Row>(`${SELECT} WHERE id = ?`, id))
  }

  byOpaque(opaque: string): Connection | null {
    return this.#read(this.#world.store.row<Row>(`${SELECT} WHERE opaque = ?`, opaque))
  }

  /** Returns connections, newest first, at most `limit`. */
  list(limit: number): Connection[] {
    return this.#world.store
      .rows<Row>(`${SELECT} ORDER BY created_at DESC, rowid DESC LIMIT ?`, limit)
      .map((row) => this.#read(row)!)
  }

  /** Returns the accounts that the person shared; all of them unless some were picked. */
  accounts(connection: Connection): ConnectedAccount[] {
    const { id, request, providerId, accountIds, accountCount } = connection
    const all = accountsOf(id, request.user, providerId ?? '', accountCount)
    return accountIds === null ? all : all.filter((account) => accountIds.includes(account.id))
  }

  /** Records the bank that the person picked, unless it is too late or not offered. */
  choose(connection: Connection, providerId: string): void {
    const { providerId: wanted, filter } = connection.request
    const bank = bankById(providerId)
    if (isTerminal(connection) || wanted !== null || !bank || !isOffered(filter, bank)) return
    this.#save({ ...connection, providerId })
  }

  /** Records that the person signed in at the bank, unless it is too late. */
  signIn(connection: Connection): void {
    if (!isTerminal(connection)) this.#save({ ...connection, status: 'authorizing' })
  }

  /**
   * Applies the person's decision and reports the end to the customer. Returns the problem with it, or null.
   * `accountIds` null = all of them; `accountCount` overrides the usual two or three accounts.
   */
  async act(
    connection: Connection,
    action: Action,
    choice: { providerId?: string | null; accountIds?: string[] | null; accountCount?: number } = {},
  ): Promise<string | null> {
    if (action === 'revoke') {
      this.#save({ ...connection, revoked: true })
      return null
    }
    if (action === 'close_account' || action === 'open_account') {
      // The bank closes the last account of those that are shared, or opens all again.
      const left = this.accounts(connection).slice(0, -1)
      this.#save({ ...connection, accountIds: action === 'close_account' ? left.map(({ id }) => id) : null })
      return null
    }
    const { status, signatory, request } = connection
    if (status === 'authorized' || status === 'failed') return `The connection is ${status} already.`
    const failure = FAILURES[action]
    if (failure) {
      return this.#end({
        ...connection,
        status: 'failed',
        failureReason: failure,
        failureStage: status,
        signatory: false,
      })
    }
    const bank = bankById(request.providerId ?? choice.providerId ?? connection.providerId)
    if (!bank || (request.providerId === null && !isOffered(request.filter, bank))) return 'Choose a bank first.'
    const decided = {
      ...connection,
      providerId: bank.id,
      accountIds: action === 'approve_no_accounts' ? [] : (choice.accountIds ?? connection.accountIds),
      accountCount: choice.accountCount ?? connection.accountCount,
      returns: action === 'never_return' ? false : connection.returns,
    }
    if (action !== 'signatory' && action !== 'approve_later') {
      return this.#end({ ...decided, status: 'authorized', signatory: false })
    }
    this.#save({ ...decided, status: 'authorizing', signatory: signatory || action === 'signatory' })
    if (action === 'approve_later') {
      const approve = () => void this.act(this.byId(connection.id) ?? connection, 'approve')
      this.#world.timers.later(LATER_MS, approve)
    }
    return null
  }

  async #end(connection: Connection): Promise<null> {
    this.#save(connection)
    await this.#webhooks.tell(connection)
    return null
  }

  #save(connection: Connection): void {
    this.#world.store.run(
      `UPDATE truelayer_data_connections SET status = ?, failure_reason = ?, failure_stage = ?, provider_id = ?, signatory = ?,
       accounts = ?, account_count = ?, returns = ?, revoked = ?, updated_at = ? WHERE id = ?`,
      connection.status,
      connection.failureReason,
      connection.failureStage,
      connection.providerId,
      Number(connection.signatory),
      connection.accountIds && JSON.stringify(connection.accountIds),
      connection.accountCount,
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
      this.#world.now() - row.createdAt >= LINK_LIVES_MS
    return {
      ...row,
      ...(isStale && { status: 'failed', failureReason: 'expired' }),
      request: JSON.parse(row.request) as ConnectionRequest,
      signatory: row.signatory === 1,
      accountIds: row.accountIds ? (JSON.parse(row.accountIds) as string[]) : null,
      returns: row.returns === 1,
      revoked: row.revoked === 1,
    }
  }
}

/** Returns true when the connection is authorized or failed. */
export function isTerminal(connection: Connection): boolean {
  return connection.status === 'authorized' || connection.status === 'failed'
}
