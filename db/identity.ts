import postgres from 'postgres'

/** The sign-in's own tables, under a role that sees them and no others. */
export type IdentityDatabase = { sql: postgres.Sql; close(): Promise<void> }

/** Opens a pool of at most `max` connections to `databaseUrl` (of the role embark_auth). */
export function openIdentity(databaseUrl: string, max = 5): IdentityDatabase {
  const sql = postgres(databaseUrl, {
    max,
    connect_timeout: 5,
    idle_timeout: 60,
    onnotice: () => {},
    connection: { application_name: 'embark auth' },
  })
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
