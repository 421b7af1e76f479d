import { randomBytes } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import type postgres from 'postgres'
import { insertPerson } from '../../db/people/identity.ts'

/**
 * Makes a person one of our support people. A person without a sign-in gets one with `name` and a random password,
 * which they replace by "Forgot your password?". Needs the database owner: no process may do it. Returns `no_sign_in`
 * when the person is unknown and no name is given.
 */
export async function keepSupportPerson(
  sql: postgres.Sql,
  { email, name }: { email: string; name: string | null },
): Promise<'new' | 'known' | 'no_sign_in'> {
  const passwordHash = await hashPassword(randomBytes(32).toString('base64url'))
  return sql.begin(async (tx) => {
    const [known] = await tx<{ id: string }[]>`SELECT id FROM identity.person WHERE email = ${email}`
    if (!known && name === null) return 'no_sign_in'
    const id = known?.id ?? (name && (await insertPerson(tx, { name, email, passwordHash })))
    if (!id) throw new Error('somebody else took the address meanwhile')
    await tx`INSERT INTO identity.support_person (user_id) VALUES (${id}) ON CONFLICT DO NOTHING`
    return known ? 'known' : 'new'
  })
}

/** Ends a person's support access from their next request on. Returns true if they had it. */
export async function endSupportPerson(sql: postgres.Sql, email: string): Promise<boolean> {
  const ended = await sql`
    DELETE FROM identity.support_person s USING identity.person p WHERE p.id = s.user_id AND p.email = ${email}`
  return ended.count === 1
}
