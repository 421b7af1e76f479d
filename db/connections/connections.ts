import { randomUUID } from 'node:crypto'
import { DAY_MS } from '../../domain/situation.ts'
import { type Database, first, type Tx } from '../client.ts'
import { deleteUnusedSignIns } from './signIns.ts'

/** `id`: chosen before, because something else names it. */
export type NewAccount = {
  id?: string
  externalId: string
  name: string
  holder: string | null
  currency: string | null
  sortCode: string | null
  accountNumber: string | null
  iban: string | null
  code: string | null
}

/** A connection with the ids that end it at the provider. */
export type Connection = {
  id: string
  kind: 'bank' | 'books'
  provider: string
  externalId: string
  tenantId: string | null
  tenantName: string | null
  institutionName: string | null
  signInId: string | null
  /** The sealed secret of a bank connection, where its provider gives it one. */
  secretSealed: string | null
  state: string
}

export type NewConnection = Omit<Connection, 'state'> & {
  onboardingId: string
  organisationId: string
  sessionId: string
  institution: string | null
  accessUntil: number | null
  /** The end that the provider of a bank sets; absent if it sets none. */
  endsThere?: Date | null
  /** True if a person confirmed that it is the same business under another name. */
  isNameConfirmed?: boolean
  /** The banks that it replaces, by id. Books always replace the earlier ones. */
  replaces?: string[]
}

/** The columns of a connection as `Connection` names them. */
export const connectionColumns = (tx: Tx) => tx`
  id, kind, provider, external_id AS "externalId", tenant_id AS "tenantId", tenant_name AS "tenantName",
  institution_name AS "institutionName", sign_in_id AS "signInId", secret_sealed AS "secretSealed", state`

/** Inserts a connection with its accounts. Returns the earlier ones, which it replaces. */
export async function insertConnection(
  tx: Tx,
  practiceId: string,
  connection: NewConnection,
  accounts: NewAccount[],
  now: number,
): Promise<Connection[]> {
  const at = new Date(now)
  const replaced = await tx<Connection[]>`
    UPDATE connection SET state = 'replaced', ended_at = ${at}, wake_at = NULL, look_at = NULL
    WHERE organisation_id = ${connection.organisationId} AND kind = ${connection.kind} AND state IN ('connected', 'lost')
      AND (kind = 'books' OR id = ANY (${connection.replaces ?? []}::uuid[]))
    RETURNING ${connectionColumns(tx)}`
  // One on another sign-in keeps it, to be ended at its ledger.
  for (const one of replaced) if (one.signInId === connection.signInId) await leaveSignIn(tx, one.id)
  await tx`
    INSERT INTO connection (id, practice_id, onboarding_id, organisation_id, session_id, kind, provider, institution,
      institution_name, external_id, tenant_id, tenant_name, sign_in_id, secret_sealed, state, consent_given_at, access_until, created_at,
      ends_there, name_confirmed_at, clock_offset_ms, look_at)
    VALUES (${connection.id}, ${practiceId}, ${connection.onboardingId}, ${connection.organisationId},
      ${connection.sessionId}, ${connection.kind}, ${connection.provider}, ${connection.institution},
      ${connection.institutionName}, ${connection.externalId}, ${connection.tenantId}, ${connection.tenantName},
      ${connection.signInId}, ${connection.secretSealed}, 'connected', ${at},
      ${connection.accessUntil === null ? null : new Date(connection.accessUntil)}, ${at},
      ${connection.endsThere ?? null}, ${connection.isNameConfirmed ? at : null},
      (SELECT clock_offset_ms FROM onboarding WHERE id = ${connection.onboardingId}), ${new Date(now + DAY_MS)})`
  await insertAccounts(tx, practiceId, connection.id, accounts)
  return replaced
}

/** Inserts the accounts of a connection. */
export async function insertAccounts(
  tx: Tx,
  practiceId: string,
  connectionId: string,
  accounts: NewAccount[],
): Promise<void> {
  if (accounts.length === 0) return
  await tx`INSERT INTO connection_account ${tx(
    accounts.map((account) => ({
      id: account.id ?? randomUUID(),
      practice_id: practiceId,
      connection_id: connectionId,
      external_id: account.externalId,
      name: account.name,
      holder: account.holder,
      currency: account.currency,
      sort_code: account.sortCode,
      account_number: account.accountNumber,
      iban: account.iban,
      code: account.code,
    })),
  )}`
}

/** Inserts those accounts that a connection does not have yet. Returns their number. */
export async function insertNewAccounts(
  tx: Tx,
  practiceId: string,
  connectionId: string,
  accounts: NewAccount[],
): Promise<number> {
  const known = new Set((await readAccounts(tx, [connectionId])).map(({ externalId }) => externalId))
  const added = accounts.filter(({ externalId }) => !known.has(externalId))
  await insertAccounts(tx, practiceId, connectionId, added)
  return added.length
}

/** Locks a ledger organisation. Of two requests to link it, the second waits and then finds the first. */
export async function lockTenant(tx: Tx, tenantId: string): Promise<void> {
  await tx`SELECT pg_advisory_xact_lock(hashtextextended(${`tenant ${tenantId}`}, 0))`
}

/** Returns the client, other than `organisationId`, that is linked to a ledger organisation; null if there is none. */
export const findTenantHolder = (tx: Tx, provider: string, tenantId: string, organisationId: string | null) =>
  first(tx<{ id: string; name: string }[]>`
    SELECT g.id, g.name FROM connection c JOIN organisation g ON g.id = c.organisation_id
    WHERE c.provider = ${provider} AND c.tenant_id = ${tenantId} AND c.state IN ('connected', 'lost')
      AND c.organisation_id IS DISTINCT FROM ${organisationId}`)

/**
 * Returns which of these ledger organisations the client has or had (`own`), and which are linked to another client now
 * (`others`). Without a client every link is another's.
 */
export async function readTenantLinks(
  tx: Tx,
  provider: string,
  tenantIds: string[],
  organisationId: string | null,
): Promise<{ own: Set<string>; others: Set<string> }> {
  const rows = await tx<{ tenantId: string; isOwn: boolean }[]>`
    SELECT DISTINCT tenant_id AS "tenantId", organisation_id IS NOT DISTINCT FROM ${organisationId} AS "isOwn"
    FROM connection WHERE provider = ${provider} AND tenant_id = ANY (${tenantIds})
      AND (state IN ('connected', 'lost') OR organisation_id = ${organisationId})`
  const those = (isOwn: boolean) => new Set(rows.filter((one) => one.isOwn === isOwn).map(({ tenantId }) => tenantId))
  return { own: those(true), others: those(false) }
}

/** Returns how many organisations of a ledger we have connected, over all practices. */
export async function countConnections({ sql }: Database, provider: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`SELECT count_ledger_connections(${provider}) AS n`
  return row?.n ?? 0
}

/** Returns true if a client's standing connection or a draft uses this connection of the provider. */
export async function isInUse(tx: Tx, provider: string, externalId: string): Promise<boolean> {
  const rows = await tx`SELECT FROM connection
    WHERE provider = ${provider} AND external_id = ${externalId} AND state IN ('connected', 'lost')
    UNION ALL SELECT FROM auth_session
    WHERE provider = ${provider} AND external_id = ${externalId} AND status = 'held'`
  return rows.count > 0
}

export const readConnection = (tx: Tx, connectionId: string): Promise<(Connection & { onboardingId: string }) | null> =>
  first(tx<(Connection & { onboardingId: string })[]>`
    SELECT ${connectionColumns(tx)}, onboarding_id AS "onboardingId" FROM connection WHERE id = ${connectionId}`)

/** Returns the standing connections of the onboarding's organisation. */
export async function readStanding(tx: Tx, onboardingId: string): Promise<Connection[]> {
  return tx<Connection[]>`
    SELECT ${connectionColumns(tx)} FROM connection WHERE state IN ('connected', 'lost') AND organisation_id =
      (SELECT organisation_id FROM onboarding WHERE id = ${onboardingId})`
}

/** Marks a connection as disconnected. Its keys are kept to end it at the provider; `leaveSignIn` follows. */
export async function endConnection(tx: Tx, connectionId: string, by: 'client' | 'staff', now: number): Promise<void> {
  await tx`
    UPDATE connection SET state = 'disconnected', ended_at = ${new Date(now)}, ended_by = ${by}, wake_at = NULL, look_at = NULL
    WHERE id = ${connectionId}`
}

/** Takes an ended connection off its sign-in, which is deleted with the last one, and deletes its secret. */
export async function leaveSignIn(tx: Tx, connectionId: string): Promise<void> {
  const left = await tx<{ signInId: string | null }[]>`
    UPDATE connection SET sign_in_id = NULL, secret_sealed = NULL WHERE id = ${connectionId} RETURNING old.sign_in_id AS "signInId"`
  await deleteUnusedSignIns(tx, left)
}

export type Account = NewAccount & { id: string; connectionId: string }

const accountColumns = (tx: Tx) => tx`
  id, connection_id AS "connectionId", external_id AS "externalId", name, holder, currency, sort_code AS "sortCode",
  account_number AS "accountNumber", iban, code`

/** Returns the accounts of connections that can be seen, by name. */
export const readAccounts = (tx: Tx, connectionIds: string[]): Promise<Account[]> =>
  tx<Account[]>`
    SELECT ${accountColumns(tx)} FROM shared_account WHERE connection_id = ANY (${connectionIds}) ORDER BY name, id`

/** An account that cannot be seen any more, or of which a colleague says that it is closed; its bank may show it again. */
export type MissingAccount = Account & { isClosed: boolean; isSeenAgain: boolean }

/** Returns the accounts of connections that cannot be seen any more or are said to be closed, by name. */
export const readMissingAccounts = (tx: Tx, connectionIds: string[]): Promise<MissingAccount[]> =>
  tx<MissingAccount[]>`
    SELECT ${accountColumns(tx)}, closed_at IS NOT NULL AS "isClosed", is_seen_again AS "isSeenAgain"
    FROM connection_account WHERE connection_id = ANY (${connectionIds}) AND missing_since IS NOT NULL ORDER BY name, id`

/**
 * Replaces the mapping of an onboarding. A null ledger account means none. The matches of missing accounts stay, unless
 * their ledger account is matched to another one now.
 */
export async function writeMappings(
  tx: Tx,
  practiceId: string,
  onboardingId: string,
  matches: { bankAccount: string; ledgerAccount: string | null }[],
): Promise<void> {
  const taken = matches.flatMap(({ ledgerAccount }) => ledgerAccount ?? [])
  await tx`
    DELETE FROM account_mapping m WHERE m.onboarding_id = ${onboardingId}
      AND (m.ledger_account_id = ANY (${taken}::uuid[])
        OR EXISTS (SELECT FROM shared_account a WHERE a.id = m.bank_account_id))`
  if (matches.length === 0) return
  await tx`INSERT INTO account_mapping ${tx(
    matches.map(({ bankAccount, ledgerAccount }) => ({
      practice_id: practiceId,
      onboarding_id: onboardingId,
      bank_account_id: bankAccount,
      ledger_account_id: ledgerAccount,
    })),
  )}`
}
