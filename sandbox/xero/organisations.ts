import { randomInt, randomUUID } from 'node:crypto'
import { credentials } from '../credentials.ts'
import type { World } from '../world.ts'

/** Xero roles that may connect an app. */
const CONNECTING_ROLES = ['adviser', 'standard']
export const ROLES = [...CONNECTING_ROLES, 'invoice_only', 'read_only']

export type Organisation = { tenantId: string; name: string; createdAt: number }
export type User = { email: string; role: string; scope: string; userId: string }

/** An account of the chart in the accounting API's format. */
export type Account = {
  AccountID: string
  Code: string
  Name: string
  Status: 'ACTIVE'
  Type: string
  TaxType: string
  Class: string
  EnablePaymentsToAccount: boolean
  BankAccountNumber?: string
  BankAccountType?: string
  CurrencyCode?: string
  ReportingCode: string
  HasAttachments: boolean
  UpdatedDateUTC: string
}

/** A bank account as a control call or the consent page describes it; `number` in Xero's format. */
export type WantedAccount = { name: string; number: string; code?: string | undefined; currency?: string | undefined }

/** A connection of one organisation through one person's sign-in. */
export type Connection = {
  id: string
  email: string
  tenantId: string
  tenantName: string
  authEventId: string | null
  createdAt: number
  updatedAt: number
}

const USERS = 'SELECT email, role, scope, user_id AS userId FROM xero_users'
const ORGANISATIONS = 'SELECT o.tenant_id AS tenantId, o.name, o.created_at AS createdAt FROM xero_organisations o'
const CONNECTIONS = `SELECT c.id, c.email, c.tenant_id AS tenantId, o.name AS tenantName,
  c.auth_event_id AS authEventId, c.created_at AS createdAt, c.updated_at AS updatedAt
  FROM xero_connections c JOIN xero_organisations o ON o.tenant_id = c.tenant_id`

/** The people, organisations, accounts and connections that Xero holds. */
export class Organisations {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
    if (this.user(credentials.xero.demoUser)) return
    const demo = this.create('Demo Company (UK)', inventedAccounts())
    const joinery = this.create('Tideway Joinery Ltd', inventedAccounts())
    this.setUser(credentials.xero.demoUser, 'adviser', [demo, joinery])
  }

  user(email: string): User | null {
    return this.#world.store.row<User>(`${USERS} WHERE email = ?`, email) ?? null
  }

  users(): User[] {
    return this.#world.store.rows<User>(`${USERS} ORDER BY email`)
  }

  /** Creates or changes a person and adds them to organisations. */
  setUser(email: string, role: string, tenantIds: string[]): void {
    this.#world.store.run(
      `INSERT INTO xero_users (email, role, user_id) VALUES (?, ?, ?)
       ON CONFLICT (email) DO UPDATE SET role = excluded.role`,
      email,
      role,
      randomUUID(),
    )
    for (const tenantId of tenantIds) this.join(email, tenantId)
  }

  join(email: string, tenantId: string): void {
    this.#world.store.run('INSERT OR IGNORE INTO xero_memberships VALUES (?, ?)', email, tenantId)
  }

  setScope(email: string, scope: string): void {
    this.#world.store.run('UPDATE xero_users SET scope = ? WHERE email = ?', scope, email)
  }

  mayConnect(user: User): boolean {
    return CONNECTING_ROLES.includes(user.role)
  }

  byTenant(tenantId: string): Organisation | null {
    return this.#world.store.row<Organisation>(`${ORGANISATIONS} WHERE o.tenant_id = ?`, tenantId) ?? null
  }

  /** Returns the organisations of a person, or all of them. */
  list(email?: string): Organisation[] {
    return email
      ? this.#world.store.rows<Organisation>(
          `${ORGANISATIONS} JOIN xero_memberships m ON m.tenant_id = o.tenant_id
           WHERE m.email = ? ORDER BY o.name LIMIT 500`,
          email,
        )
      : this.#world.store.rows<Organisation>(`${ORGANISATIONS} ORDER BY o.created_at DESC LIMIT 500`)
  }

  /** Creates an organisation with these bank accounts; returns its tenant id. */
  create(name: string, accounts: WantedAccount[]): string {
    const tenantId = randomUUID()
    this.#world.store.run('INSERT INTO xero_organisations VALUES (?, ?, ?)', tenantId, name, this.#world.now())
    for (const [index, account] of accounts.entries()) this.#addBank(tenantId, account, String(610 + index * 5))
    this.#add(tenantId, { Code: '200', Name: 'Sales', Type: 'REVENUE', TaxType: 'OUTPUT2', Class: 'REVENUE' })
    this.#add(tenantId, { Code: '404', Name: 'Bank Fees', Type: 'OVERHEADS', TaxType: 'EXEMPTINPUT', Class: 'EXPENSE' })
    return tenantId
  }

  rename(tenantId: string, name: string): boolean {
    return (
      this.#world.store.run('UPDATE xero_organisations SET name = ? WHERE tenant_id = ?', name, tenantId).changes > 0
    )
  }

  accounts(tenantId: string): Account[] {
    return this.#world.store
      .rows<{ body: string }>('SELECT body FROM xero_accounts WHERE tenant_id = ? ORDER BY rowid', tenantId)
      .map((row) => JSON.parse(row.body) as Account)
  }

  #addBank(tenantId: string, account: WantedAccount, defaultCode: string): void {
    this.#add(tenantId, {
      Code: account.code ?? defaultCode,
      Name: account.name,
      Type: 'BANK',
      TaxType: 'NONE',
      Class: 'ASSET',
      BankAccountNumber: account.number,
      BankAccountType: 'BANK',
      CurrencyCode: account.currency ?? 'GBP',
    })
  }

  #add(
    tenantId: string,
    parts: Pick<Account, 'Code' | 'Name' | 'Type' | 'TaxType' | 'Class'> & Partial<Account>,
  ): void {
    const account: Account = {
      AccountID: randomUUID(),
      Status: 'ACTIVE',
      EnablePaymentsToAccount: false,
      ReportingCode: parts.Class.slice(0, 3),
      HasAttachments: false,
      UpdatedDateUTC: `/Date(${this.#world.now()}+0000)/`,
      ...parts,
    }
    this.#world.store.run(
      'INSERT INTO xero_accounts VALUES (?, ?, ?)',
      account.AccountID,
      tenantId,
      JSON.stringify(account),
    )
  }

  /**
   * Connects an organisation; one that is connected already keeps its id. `moves` says which marks of it this consent
   * changes: the authorisation and the date, only the date, or neither.
   */
  connect(email: string, tenantId: string, authEventId: string | null, moves: 'both' | 'date' | 'nothing'): void {
    const now = this.#world.now()
    const moved = {
      both: 'DO UPDATE SET auth_event_id = excluded.auth_event_id, updated_at = excluded.updated_at',
      date: 'DO UPDATE SET updated_at = excluded.updated_at',
      nothing: 'DO NOTHING',
    }[moves]
    this.#world.store.run(
      `INSERT INTO xero_connections VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (email, tenant_id) ${moved}`,
      randomUUID(),
      email,
      tenantId,
      authEventId,
      now,
      now,
    )
  }

  /** Moves the dates of an organisation's connections back by `byMs`. */
  age(tenantId: string, byMs: number): void {
    this.#world.store.run(
      'UPDATE xero_connections SET created_at = created_at - ?, updated_at = updated_at - ? WHERE tenant_id = ?',
      byMs,
      byMs,
      tenantId,
    )
  }

  /** Returns the number of connections over all people. */
  countConnections(): number {
    return this.#world.store.row<{ n: number }>('SELECT count(*) AS n FROM xero_connections')?.n ?? 0
  }

  /** Ends a person's connection to one organisation, as the settings in Xero do. */
  disconnectTenant(email: string, tenantId: string): void {
    this.#world.store.run('DELETE FROM xero_connections WHERE email = ? AND tenant_id = ?', email, tenantId)
  }

  /** Returns a person's connections, or the newest of all people. */
  connections(email?: string): Connection[] {
    return email
      ? this.#world.store.rows<Connection>(`${CONNECTIONS} WHERE c.email = ? ORDER BY c.created_at, c.rowid`, email)
      : this.#world.store.rows<Connection>(`${CONNECTIONS} ORDER BY c.updated_at DESC LIMIT 500`)
  }

  isConnected(email: string, tenantId: string): boolean {
    const row = this.#world.store.row(
      'SELECT 1 FROM xero_connections WHERE email = ? AND tenant_id = ?',
      email,
      tenantId,
    )
    return row !== undefined
  }

  /** Ends one connection; `email` limits it to one person's. Returns false when there is none. */
  disconnect(id: string, email?: string): boolean {
    const done = email
      ? this.#world.store.run('DELETE FROM xero_connections WHERE id = ? AND email = ?', id, email)
      : this.#world.store.run('DELETE FROM xero_connections WHERE id = ?', id)
    return done.changes > 0
  }
}

/** Returns three bank accounts; the first two take the given numbers, the others invented ones. */
export function inventedAccounts(numbers: string[] = []): WantedAccount[] {
  const names = ['Business Current Account', 'Business Reserve', 'Petty Cash Account']
  return names.map((name, index) => ({ name, number: (index < 2 && numbers[index]) || inventedNumber() }))
}

function inventedNumber(): string {
  return `${randomInt(200_000, 899_999)}${randomInt(10_000_000, 99_999_999)}`
}
