import type { IdentityDatabase } from './identity.ts'

/** Returns the sealed secret of a person's authenticator app; null where none was begun. */
export async function readSecret({ sql }: IdentityDatabase, userId: string): Promise<string | null> {
  const [row] = await sql<{ secret: string }[]>`SELECT secret FROM identity.second_factor WHERE user_id = ${userId}`
  return row?.secret ?? null
}

/**
 * Takes the code of a time step, and every earlier one with it. Returns false if it was taken before: of two requests with
 * one code at the same time, one gets true.
 */
export async function takeStep({ sql }: IdentityDatabase, userId: string, step: number): Promise<boolean> {
  const taken = await sql`
    UPDATE identity.second_factor SET last_step = ${step}
    WHERE user_id = ${userId} AND (last_step IS NULL OR last_step < ${step})`
  return taken.count === 1
}

/** Ends what would spare a person the password or the code: trusted devices, half-finished sign-ins, links to reset. */
export async function endShortcuts({ sql }: IdentityDatabase, userId: string): Promise<void> {
  await sql`DELETE FROM identity.verification WHERE value = ${userId}`
}

/** Notes that the person of a session has just proved who they are. */
export async function stampAuthenticated({ sql }: IdentityDatabase, token: string): Promise<void> {
  await sql`UPDATE identity.session SET authenticated_at = clock_timestamp() WHERE token = ${token}`
}

/** Ends every session of a person but the one with the token. */
export async function endOtherSessions({ sql }: IdentityDatabase, userId: string, token: string): Promise<void> {
  await sql`DELETE FROM identity.session WHERE user_id = ${userId} AND token <> ${token}`
}
