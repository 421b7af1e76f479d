import { Problem, problemOf } from '../api/problem.ts'
import { clockOf, ownZone } from '../words/times.ts'

/** Messages by the authentication library's codes. Other codes show the library's own message. */
const MESSAGE_OF_CODE: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: 'That email and password don’t match.',
  EMAIL_NOT_VERIFIED: 'Confirm your address first. The link is in your mailbox.',
  PASSWORD_NEEDED: 'Choose a password.',
  INVALID_PASSWORD: 'That isn’t your password.',
  NO_NAME: 'Enter your name, in 160 characters or fewer.',
  INVALID_CODE: 'That code didn’t work. Codes change every 30 seconds.',
  INVALID_BACKUP_CODE: 'That recovery code didn’t work, or it was used.',
  PASSWORD_STOLEN: 'This password is in a list of stolen ones. Choose another.',
  PASSWORD_TOO_SHORT: 'Use at least 12 characters. Three words make a good one.',
  INVALID_TOKEN: 'This link was used, or it is over. Ask for a new one.',
  LINK_OVER: 'This link was used, or it is over. Ask for a new one.',
}

/** Sends a request to the authentication API (`/api/auth/…`). Throws a `Problem` worded for people. */
export async function ask(path: string, body: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const response = await fetch(`/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = ((await response.json().catch(() => null)) ?? {}) as Record<string, unknown>
  if (response.ok) return answer
  throw new Problem(response.status, { ...answer, detail: wordsOf(answer) })
}

/** Reads from the authentication API. Throws a `Problem`. */
export async function read<T>(path: string): Promise<T> {
  const response = await fetch(`/api/auth/${path}`)
  if (!response.ok) throw await problemOf(response)
  return response.json()
}

function wordsOf({ code, message, at }: Record<string, unknown>): unknown {
  if (typeof at === 'string') {
    const time = clockOf(Date.parse(at), ownZone())
    if (code === 'TOO_MANY_TRIES') return `Too many tries. Wait until ${time}.`
    if (code === 'TOO_MANY_LINKS') return `You asked for several links. Use the newest one, or try again at ${time}.`
  }
  return MESSAGE_OF_CODE[String(code)] ?? message
}

/** Signs in. Returns `code` if the second factor is needed next. */
export async function signIn(email: string, password: string): Promise<'in' | 'code'> {
  const { twoFactorRedirect } = await ask('sign-in/email', { email, password })
  return twoFactorRedirect === true ? 'code' : 'in'
}

/** Submits the second factor: the app's six digits, or a recovery code. */
export const giveCode = (code: string, kind: 'app' | 'recovery') =>
  ask(kind === 'app' ? 'two-factor/verify-totp' : 'two-factor/verify-backup-code', { code })

/** Confirms the password, which opens acts that need a recent sign-in for ten minutes. */
export const confirmPassword = (password: string) => ask('verify-password', { password })

/** Returns true if the person confirmed their identity less than nine minutes ago. */
export async function wasConfirmed(): Promise<boolean> {
  const present = await read<{ session: { authenticatedAt: string } } | null>('get-session')
  return present !== null && Date.now() - Date.parse(present.session.authenticatedAt) < CONFIRMED_MS
}

const CONFIRMED_MS = 9 * 60_000

export const signOut = () => ask('sign-out')

export const askForReset = (email: string) => ask('request-password-reset', { email })

/** The state of a confirmation link. `asksPassword` is true in another browser than the one of the sign-up. */
export type Confirmation =
  | { state: 'open'; email: string; name: string; practice: string; asksPassword: boolean }
  | { state: 'confirmed'; email: string }
  | { state: 'over' }

export const lookAtConfirmation = (token: string) => ask('confirm/look', { token }) as Promise<Confirmation>

/** Confirms the address and signs in; a `password` replaces the one of the sign-up. */
export const confirmAddress = (token: string, password: string | null) =>
  ask('confirm/finish', { token, ...(password !== null && { password }) })

export const askForConfirmation = (email: string) => ask('confirm/send', { email })

export const resetPassword = (token: string, newPassword: string) => ask('reset-password', { token, newPassword })
