import type { IdentityDatabase } from './identity.ts'

/** Returns the sealed secret of a person's authenticator app; null if none was started. */
export async function readSecret({ sql }: IdentityDatabase, userId: string): Promise<string | null> {
  const [row] = await sql<{ secret: string }[]>`SELECT secret FROM identity.second_factor WHERE user_id = ${userId}`
  return row?.secret ?? null
}

/**
 * Uses up the code of a time step and all earlier ones. Returns false if it was used before; of two concurrent requests
 * with one code, one gets true.
 */
export async function takeStep({ sql }: IdentityDatabase, userId: string, step: number): Promise<boolean> {
  const taken = await sql`
    UPDATE identity.second_factor SET last_step = ${step}
    WHERE user_id = ${userId} AND (last_step IS NULL OR last_step < ${step})`
  return taken.count === 1
}

/** Deletes everything that replaces a password or code: trusted devices, unfinished sign-ins, reset links. */
export async function endShortcuts({ sql }: IdentityDatabase, userId: string): Promise<void> {
  await sql`DELETE FROM identity.verification WHERE value = ${userId}`
}

/** Records that the person of a login session has just authenticated. */
export async function stampAuthenticated({ sql }: IdentityDatabase, token: string): Promise<void> {
  await sql`UPDATE identity.session SET authenticated_at = clock_timestamp() WHERE token = ${token}`
}

/** Ends every login session of a person except the one with the token. */
export async function endOtherSessions({ sql }: IdentityDatabase, userId: string, token: string): Promise<void> {
  await sql`DELETE FROM identity.session WHERE user_id = ${userId} AND token <> ${token}`
}
