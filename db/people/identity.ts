import type postgres from 'postgres'
import type { AuditKind } from '../../domain/practice/audit.ts'
import { openPool } from '../pool.ts'

/** The sign-in's own tables, under a role that sees them and no others. */
export type IdentityDatabase = { sql: postgres.Sql; close(): Promise<void> }

/** Opens a pool of at most `max` connections to `databaseUrl` (of the role embark_auth). */
export function openIdentity(databaseUrl: string, max = 5): IdentityDatabase {
  const sql = openPool(databaseUrl, max, 'embark auth')
  return { sql, close: () => sql.end({ timeout: 5 }) }
}

/** Somebody who gets a sign-in by e-mail and password. `email` is in its normal form. */
export type NewPerson = { name: string; email: string; passwordHash: string; verified: boolean }

export type NewPractice = { name: string; country: string; currency: string; timeZone: string }

/** Makes the person with a password. Null when the address has a sign-in already. */
export async function insertPerson(
  tx: postgres.TransactionSql,
  { name, email, passwordHash, verified }: NewPerson,
): Promise<string | null> {
  const [person] = await tx<{ id: string }[]>`
    INSERT INTO identity.person (name, email, email_verified) VALUES (${name}, ${email}, ${verified})
    ON CONFLICT (email) DO NOTHING RETURNING id`
  if (!person) return null
  await tx`
    INSERT INTO identity.account (user_id, account_id, provider_id, password)
    VALUES (${person.id}, ${person.id}::text, 'credential', ${passwordHash})`
  return person.id
}

/** Makes the person and the practice he is the first admin of, both or neither. Null when the address is taken. */
export async function signUpPractice(
  { sql }: IdentityDatabase,
  person: NewPerson,
  { name, country, currency, timeZone }: NewPractice,
): Promise<{ userId: string; practiceId: string } | null> {
  return sql.begin(async (tx) => {
    const userId = await insertPerson(tx, person)
    if (userId === null) return null
    const [made] = await tx<{ id: string }[]>`
      SELECT identity.found_practice(${userId}, ${name}, ${country}, ${currency}, ${timeZone}) AS id`
    if (!made) throw new Error('no practice was made')
    return { userId, practiceId: made.id }
  })
}

/** Whether the address has a sign-in. */
export async function hasSignIn({ sql }: IdentityDatabase, email: string): Promise<boolean> {
  return (await sql`SELECT FROM identity.person WHERE email = ${email}`).length > 0
}

/** How joining by an invitation ended. `unknown`: there is no such invitation, or it is no longer open. */
export type Joined = { result: 'joined'; email: string } | { result: 'unknown' } | { result: 'needs_password' }

/**
 * Makes whoever holds the invitation a member: somebody who has a sign-in at its address as he is, anybody else with the
 * name and password of `make`, verified by the link itself. All of it or nothing.
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
    const userId = known?.id ?? (make && (await insertPerson(tx, { ...make, email, verified: true })))
    if (!userId) throw new Error('somebody else took the address meanwhile')
    await tx`SELECT identity.join_practice(${id}, ${userId}, ${address})`
    return { result: 'joined', email }
  })
}

/** Writes to the audit log of every practice the person works in. */
export async function noteSignIn({ sql }: IdentityDatabase, userId: string, kind: AuditKind, address: string | null) {
  await sql`SELECT identity.note(${userId}, ${kind}, ${address})`
}

/** The same by address, for somebody who did not get in; nothing for an address nobody has. */
export async function noteFailedSignIn({ sql }: IdentityDatabase, email: string, address: string | null) {
  await sql`
    SELECT identity.note(id, 'sign_in_failed', ${address}) FROM identity.person WHERE email = lower(${email})`
}

/**
 * Ties what a provider calls somebody to the person, the first time; false when either is tied to another already, so that
 * an address that changes hands there opens nothing here.
 */
export async function linkSubject(
  { sql }: IdentityDatabase,
  userId: string,
  providerId: string,
  subject: string,
): Promise<boolean> {
  return sql.begin(async (tx) => {
    // Two first sign-ins of one person at the same time: the second finds what the first tied.
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
