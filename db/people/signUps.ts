import { dropSignUps, type IdentityDatabase, insertPerson } from './identity.ts'

/** The time for which a sign-up waits for the confirmation of its address. */
const SIGN_UP_LIFE = '1 day'

/** A new practice and its first person, whose normalised address (`email`) is not confirmed yet. */
export type NewSignUp = {
  name: string
  email: string
  passwordHash: string
  practice: { name: string; country: string; currency: string; timeZone: string }
  /** The hash of the cookie of the browser that signs up. */
  browserSha256: Buffer
}

/** Stores a sign-up until it is confirmed. Returns false and stores nothing if the address has a sign-in. */
export async function keepSignUp({ sql }: IdentityDatabase, given: NewSignUp): Promise<boolean> {
  const { name, email, passwordHash, practice, browserSha256 } = given
  await sql`DELETE FROM identity.sign_up WHERE ends_at <= clock_timestamp()`
  await sql`DELETE FROM identity.confirmed_sign_up WHERE ends_at <= clock_timestamp()`
  const kept = await sql`
    INSERT INTO identity.sign_up
      (email, name, password_hash, practice_name, country, currency, time_zone, browser_sha256, ends_at)
    SELECT ${email}, ${name}, ${passwordHash}, ${practice.name}, ${practice.country}, ${practice.currency},
      ${practice.timeZone}, ${browserSha256}, clock_timestamp() + ${SIGN_UP_LIFE}::interval
    WHERE NOT EXISTS (SELECT FROM identity.person WHERE email = ${email})`
  return kept.count > 0
}

/**
 * Gives the newest sign-up of an address a new link, valid for `livesMs`; the earlier one ends. Prefers a sign-up of
 * the given browser. Returns false if the address has no waiting sign-up.
 */
export async function renewLink(
  { sql }: IdentityDatabase,
  email: string,
  browserSha256: Buffer | null,
  link: { tokenSha256: Buffer; livesMs: number },
): Promise<boolean> {
  const renewed = await sql`
    UPDATE identity.sign_up SET token_sha256 = ${link.tokenSha256},
      link_ends_at = clock_timestamp() + ${link.livesMs} * interval '1 millisecond'
    WHERE id = (
      SELECT id FROM identity.sign_up WHERE email = ${email} AND ends_at > clock_timestamp()
      ORDER BY browser_sha256 IS NOT DISTINCT FROM ${browserSha256}::bytea DESC, id DESC LIMIT 1)`
  return renewed.count > 0
}

/** Returns the password hashes of the waiting sign-ups of an address. */
export async function readWaitingHashes({ sql }: IdentityDatabase, email: string): Promise<string[]> {
  const rows = await sql<{ passwordHash: string }[]>`
    SELECT password_hash AS "passwordHash" FROM identity.sign_up
    WHERE email = ${email} AND ends_at > clock_timestamp() ORDER BY id DESC LIMIT 3`
  return rows.map(({ passwordHash }) => passwordHash)
}

/** The sign-up of a mailed link. `isSameBrowser`: the requesting browser is the one that signed up. */
export type FoundSignUp =
  | { state: 'open'; email: string; name: string; practice: string; isSameBrowser: boolean }
  | { state: 'confirmed'; email: string }
  | { state: 'over' }

export async function findSignUp(
  { sql }: IdentityDatabase,
  tokenSha256: Buffer,
  browserSha256: Buffer | null,
): Promise<FoundSignUp> {
  const [open] = await sql<{ email: string; name: string; practice: string; isSameBrowser: boolean }[]>`
    SELECT email, name, practice_name AS practice,
      coalesce(browser_sha256 = ${browserSha256}::bytea, false) AS "isSameBrowser"
    FROM identity.sign_up WHERE token_sha256 = ${tokenSha256} AND least(link_ends_at, ends_at) > clock_timestamp()`
  if (open) return { state: 'open', ...open }
  const [confirmed] = await sql<{ email: string }[]>`
    SELECT u.email FROM identity.confirmed_sign_up c JOIN identity.person u ON u.id = c.user_id
    WHERE c.token_sha256 = ${tokenSha256} AND c.ends_at > clock_timestamp()`
  return confirmed ? { state: 'confirmed', email: confirmed.email } : { state: 'over' }
}

/**
 * Creates the person, with the sign-up's password unless `passwordHash` is given, and the practice with the person as
 * its first admin. Drops every other sign-up of the address. Returns null if the link has ended, was used, or the
 * address has a sign-in by now.
 */
export async function confirmSignUp(
  { sql }: IdentityDatabase,
  tokenSha256: Buffer,
  passwordHash: string | null,
): Promise<string | null> {
  return sql.begin(async (tx) => {
    const [asked] = await tx<{ id: string; email: string }[]>`
      SELECT id, email FROM identity.sign_up
      WHERE token_sha256 = ${tokenSha256} AND least(link_ends_at, ends_at) > clock_timestamp()`
    if (!asked) return null
    // Sign-ups before the person, in the same order as joining does, so that two concurrent requests cannot deadlock.
    const dropped = await dropSignUps(tx, asked.email)
    const signUp = dropped.find(({ id }) => id === asked.id)
    const userId = signUp && (await insertPerson(tx, { ...signUp, passwordHash: passwordHash ?? signUp.passwordHash }))
    if (!userId) return null
    const { practiceName, country, currency, timeZone } = signUp
    await tx`SELECT identity.found_practice(${userId}, ${practiceName}, ${country}, ${currency}, ${timeZone})`
    await tx`
      INSERT INTO identity.confirmed_sign_up (token_sha256, user_id, ends_at)
      VALUES (${tokenSha256}, ${userId}, clock_timestamp() + ${SIGN_UP_LIFE}::interval)`
    return userId
  })
}
