import { randomBytes } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import { z } from 'zod'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import { keepSignUp, renewLink } from '../../db/people/signUps.ts'
import type { AuthConfig } from './auth.ts'

const LINK_LIFE_MS = 30 * 60_000

/** The details of a practice's sign-up and its first person; validated before. */
export type SignUp = {
  name: string
  email: string
  password: string
  practice: { name: string; country: string; currency: string; timeZone: string }
}

export type Confirmations = Pick<AuthConfig, 'database' | 'db' | 'mail' | 'publicUrl'>

/** Returns 256 random bits as 43 characters for a cookie or a link. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** A text in the format of `newSecret`. */
export const secret = z.string().regex(/^[\w-]{43}$/)

/** Stores a sign-up until its address is confirmed. Returns the browser's secret, and a function that mails. */
export async function signUpPractice(
  given: Confirmations,
  { name, email, password, practice }: SignUp,
): Promise<{ browserSecret: string; sendMail: () => Promise<unknown> }> {
  const browserSecret = newSecret()
  const browserSha256 = sha256(browserSecret)
  const passwordHash = await hashPassword(password)
  const isKept = await keepSignUp(given.database, { name, email, passwordHash, practice, browserSha256 })
  const actionUrl = `${given.publicUrl}/sign-in`
  const sendMail = () =>
    isKept
      ? sendConfirmation(given, email, browserSha256)
      : given.mail({ mail: 'known-email', practice: null, email, actionUrl })
  return { browserSecret, sendMail }
}

/** Mails another confirmation link if the address has a pending sign-up; prefers one of the given browser. */
export async function sendConfirmation(
  { database, mail, publicUrl }: Confirmations,
  email: string,
  browserSha256: Buffer | null,
): Promise<void> {
  const token = newSecret()
  const link = { tokenSha256: sha256(token), livesMs: LINK_LIFE_MS }
  if (!(await renewLink(database, email, browserSha256, link))) return
  await mail({ mail: 'confirm-email', practice: null, email, actionUrl: `${publicUrl}/confirm/${token}` })
}
