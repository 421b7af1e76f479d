import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS setup (provider TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS faults (
  id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, times_left INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS idempotency (
  provider TEXT, key TEXT, hash TEXT NOT NULL, status INTEGER NOT NULL, response TEXT NOT NULL,
  created_at INTEGER NOT NULL, PRIMARY KEY (provider, key));

CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, provider_id TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, sender TEXT,
  recipients TEXT NOT NULL, subject TEXT, html TEXT, text TEXT, tags TEXT, idempotency_key TEXT, callback_url TEXT,
  wire TEXT NOT NULL, sent_at INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, error_code INTEGER,
  requests INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS messages_by_key ON messages (idempotency_key);
CREATE INDEX IF NOT EXISTS messages_by_channel ON messages (channel, id);
CREATE TABLE IF NOT EXISTS recipients (address TEXT NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (address, message))
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT NOT NULL, message INTEGER NOT NULL, event TEXT NOT NULL,
  detail TEXT NOT NULL, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting',
  answer TEXT);
CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS deliveries_by_message ON deliveries (message);
CREATE TABLE IF NOT EXISTS stops (recipient TEXT, sender TEXT, PRIMARY KEY (recipient, sender));

CREATE TABLE IF NOT EXISTS truelayer_tokens (token TEXT PRIMARY KEY, scope TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS truelayer_data_connections (
  id TEXT PRIMARY KEY, opaque TEXT NOT NULL UNIQUE, request TEXT NOT NULL, status TEXT NOT NULL, failure_reason TEXT,
  failure_stage TEXT, provider_id TEXT, signatory INTEGER NOT NULL DEFAULT 0, accounts TEXT, account_count INTEGER,
  returns INTEGER NOT NULL DEFAULT 1, revoked INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS plaid_links (token TEXT PRIMARY KEY, opaque TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
  created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS plaid_items (id TEXT PRIMARY KEY, access_token TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
  created_at INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS xero_users (email TEXT PRIMARY KEY, role TEXT NOT NULL, scope TEXT NOT NULL DEFAULT '',
  user_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS xero_organisations (tenant_id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS xero_memberships (email TEXT, tenant_id TEXT, PRIMARY KEY (email, tenant_id));
CREATE TABLE IF NOT EXISTS xero_accounts (account_id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS xero_accounts_by_tenant ON xero_accounts (tenant_id);
CREATE TABLE IF NOT EXISTS xero_requests (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS xero_codes (code TEXT PRIMARY KEY, body TEXT NOT NULL, created_at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS xero_access_tokens (id TEXT PRIMARY KEY, email TEXT NOT NULL, scope TEXT NOT NULL,
  auth_event_id TEXT, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS xero_refresh_tokens (token TEXT PRIMARY KEY, email TEXT NOT NULL, auth_event_id TEXT,
  created_at INTEGER NOT NULL, replaced_at INTEGER);
CREATE TABLE IF NOT EXISTS xero_connections (id TEXT PRIMARY KEY, email TEXT NOT NULL, tenant_id TEXT NOT NULL,
  auth_event_id TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (email, tenant_id));
CREATE TABLE IF NOT EXISTS book_companies (provider TEXT, id TEXT, body TEXT NOT NULL, created_at INTEGER NOT NULL,
  PRIMARY KEY (provider, id));
CREATE TABLE IF NOT EXISTS book_members (provider TEXT, email TEXT, company_id TEXT, PRIMARY KEY (provider, email, company_id));
CREATE TABLE IF NOT EXISTS book_requests (id TEXT PRIMARY KEY, body TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS book_tokens (token TEXT PRIMARY KEY, provider TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, replaced_at INTEGER);
CREATE TABLE IF NOT EXISTS xero_keys (id INTEGER PRIMARY KEY CHECK (id = 1), private_key TEXT NOT NULL);
`

/**
 * The sandbox's whole state in one SQLite database. Write-ahead logging with synchronous=normal survives the death of
 * the process at any instant; only a power cut may lose the last transactions.
 */
export class Store {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(file: string) {
    this.#database = new DatabaseSync(file)
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;')
    this.#database.exec(SCHEMA)
  }

  /** Returns the first row, or undefined. The caller names the columns by `Row`; they are not checked. */
  row<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined
  }

  rows<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[]
  }

  /** Runs a statement; returns the number of changed rows and the id of the last inserted row. */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastId: number } {
    const result = this.#statement(sql).run(...values)
    return { changes: Number(result.changes), lastId: Number(result.lastInsertRowid) }
  }

  /** Runs `work` in one transaction and rolls back when it throws. `work` must be synchronous and must not nest. */
  transaction<Result>(work: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
