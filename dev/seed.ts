import { hashPassword } from 'better-auth/crypto'
import type postgres from 'postgres'
import { insertPerson } from '../db/people/identity.ts'
import { openPool } from '../db/pool.ts'
import { ROLES, type Role } from '../domain/rights.ts'
import { keepApiKey } from './demo/apiKey.ts'
import { keepFactor } from './demo/factor.ts'

/** The practice that every embedded stack has. `npm start` adds its first clients (`demoClients.ts`). */
export const demoPractice = {
  slug: 'marsh-lowe',
  name: 'Marsh & Lowe Accountants',
  country: 'GB',
  currency: 'GBP',
  time_zone: 'Europe/London',
  notification_email: 'practice@marsh-lowe.example',
}

/** A person of the demo practice, or a support person. */
export type DemoPerson = { role: Role; name: string; email: string; password: string }

const people: Record<Role, { name: string; email: string }> = {
  practice_admin: { name: 'Rosa Marsh', email: 'rosa@marsh-lowe.example' },
  client_admin: { name: 'Owen Lowe', email: 'owen@marsh-lowe.example' },
  standard: { name: 'Priya Shah', email: 'priya@marsh-lowe.example' },
  support: { name: 'Sam Reed', email: 'sam@support.embark.example' },
}

/** Returns one person for each role, with the passwords that this stack generated. */
export function demoStaff(passwords: Record<Role, string>): DemoPerson[] {
  return ROLES.map((role) => ({ role, ...people[role], password: passwords[role] }))
}

/**
 * Writes the demo practice, its API key (both scopes) and its staff into the database; existing rows stay unchanged.
 * Needs the database owner.
 */
export async function seedDemo(
  ownerUrl: string,
  apiKey: string,
  passwords: Record<Role, string>,
  authSecrets: string,
): Promise<void> {
  const sql = openPool(ownerUrl, 1, 'embark seed')
  try {
    await sql.begin(async (tx) => {
      await tx`INSERT INTO practice ${tx({ ...demoPractice, limit_lifted_at: new Date() })} ON CONFLICT (slug) DO NOTHING`
      await keepApiKey(tx, apiKey, { practice: demoPractice.slug, name: 'Demo', scopes: ['read', 'write'] })
    })
    for (const person of demoStaff(passwords)) await keepPerson(sql, person)
    const [support] = await sql<{ id: string }[]>`SELECT id FROM identity.person WHERE email = ${people.support.email}`
    if (support) await keepFactor(sql, support.id, authSecrets)
  } finally {
    await sql.end()
  }
}

/** Creates the person, verified, with their membership; leaves an existing person unchanged. */
async function keepPerson(sql: postgres.Sql, { role, name, email, password }: DemoPerson): Promise<void> {
  const [there] = await sql`SELECT FROM identity.person WHERE email = ${email}`
  if (there) return
  const passwordHash = await hashPassword(password)
  await sql.begin(async (tx) => {
    const userId = await insertPerson(tx, { name, email, passwordHash })
    if (userId === null) return
    if (role === 'support') await tx`INSERT INTO identity.support_person (user_id) VALUES (${userId})`
    else {
      await tx`
        INSERT INTO membership (practice_id, user_id, role)
        SELECT id, ${userId}, ${role} FROM practice WHERE slug = ${demoPractice.slug}`
    }
  })
}
