import type postgres from 'postgres'
import type { AuditKind } from '../../domain/practice/audit.ts'
import { openPool } from '../pool.ts'

/** The tables of the sign-in, under a role that sees no others. */
export type IdentityDatabase = { sql: postgres.Sql; close(): Promise<void> }

/** Opens a pool of at most `max` connections to `databaseUrl` (of the role embark_auth). */
export function openIdentity(databaseUrl: string, max = 5): IdentityDatabase {
  const sql = openPool(databaseUrl, max, 'embark auth')
  return { sql, close: () => sql.end({ timeout: 5 }) }
}

/** A new person with a password and a proven address. `email` is normalised. */
export type NewPerson = { name: string; email: string; passwordHash: string }

/** Inserts a person with a password. Returns null if the address has a sign-in already. */
export async function insertPerson(
  tx: postgres.TransactionSql,
  { name, email, passwordHash }: NewPerson,
): Promise<string | null> {
  const [person] = await tx<{ id: string }[]>`
    INSERT INTO identity.person (name, email, email_verified) VALUES (${name}, ${email}, true)
    ON CONFLICT (email) DO NOTHING RETURNING id`
  if (!person) return null
  await tx`
    INSERT INTO identity.account (user_id, account_id, provider_id, password)
    VALUES (${person.id}, ${person.id}::text, 'credential', ${passwordHash})`
  return person.id
}

type WaitingSignUp = {
  id: string
  email: string
  name: string
  passwordHash: string
  practiceName: string
  country: string
  currency: string
  timeZone: string
}

/** Deletes and returns the waiting sign-ups of an address. */
export async function dropSignUps(tx: postgres.TransactionSql, email: string): Promise<WaitingSignUp[]> {
  return tx<WaitingSignUp[]>`
    DELETE FROM identity.sign_up WHERE email = ${email}
    RETURNING id, email, name, password_hash AS "passwordHash", practice_name AS "practiceName", country, currency,
      time_zone AS "timeZone"`
}

/** Returns true if the address has a sign-in. */
export async function hasSignIn({ sql }: IdentityDatabase, email: string): Promise<boolean> {
  return (await sql`SELECT FROM identity.person WHERE email = ${email}`).length > 0
}

/** The outcome of joining by an invitation. `unknown`: there is no open invitation. */
export type Joined = { result: 'joined'; email: string } | { result: 'unknown' } | { result: 'needs_password' }

/**
 * Makes the invited person a member, in one transaction. A person with a sign-in at the address joins with it; another
 * one gets a sign-in with name and password of `make`, because the mailed link proves the address. Drops unconfirmed
 * sign-ups of that address, because they have proven nothing.
 */
export async function joinByInvitation(
  { sql }: IdentityDatabase,
  tokenSha256: Buffer,
  make: { name: string; passwordHash: string } | null,
  address: string | null,
): Promise<Joined> {
  return sql.begin(async (tx): Promise<Joined> => {
    const [invitation] = await tx<{ id: string; email: string }[]>`
      SELECT id, email FROM identity.open_invitation(${tokenSha256})`
    if (!invitation) return { result: 'unknown' }
    const { id, email } = invitation
    const [known] = await tx<{ id: string }[]>`SELECT id FROM identity.person WHERE email = ${email}`
    if (!known && !make) return { result: 'needs_password' }
    await dropSignUps(tx, email)
    const userId = known?.id ?? (make && (await insertPerson(tx, { ...make, email })))
    if (!userId) throw new Error('somebody else took the address meanwhile')
    await tx`SELECT identity.join_practice(${id}, ${userId}, ${address})`
    return { result: 'joined', email }
  })
}

/** Writes to the audit log of every practice of the person. */
export async function noteSignIn({ sql }: IdentityDatabase, userId: string, kind: AuditKind, address: string | null) {
  await sql`SELECT identity.note(${userId}, ${kind}, ${address})`
}

/** Records a failed sign-in by address; nothing for an unknown address. */
export async function noteFailedSignIn({ sql }: IdentityDatabase, email: string, address: string | null) {
  await sql`
    SELECT identity.note(id, 'sign_in_failed', ${address}) FROM identity.person WHERE email = lower(${email})`
}

/**
 * Ties a provider's subject to the person on first use. Returns false if either is tied to another already, so that an
 * address that changes hands at the provider opens nothing here.
 */
export async function linkSubject(
  { sql }: IdentityDatabase,
  userId: string,
  providerId: string,
  subject: string,
): Promise<boolean> {
  return sql.begin(async (tx) => {
    // Of two concurrent first sign-ins of one person, the second finds the tie of the first.
    await tx`SELECT FROM identity.person WHERE id = ${userId} FOR UPDATE`
    const tied = await tx<{ userId: string; subject: string }[]>`
      SELECT user_id AS "userId", account_id AS subject FROM identity.account
      WHERE provider_id = ${providerId} AND (user_id = ${userId} OR account_id = ${subject})`
    if (tied.length > 0) return tied.every((one) => one.userId === userId && one.subject === subject)
    await tx`
      INSERT INTO identity.account (user_id, account_id, provider_id) VALUES (${userId}, ${subject}, ${providerId})`
    return true
  })
}
