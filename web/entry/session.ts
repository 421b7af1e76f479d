import { Problem, problemOf } from '../api/problem.ts'

/** What the sign-in says by code, in words that help. Its other messages are shown as they come. */
const WORDS: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: 'That email and password don’t match.',
  EMAIL_NOT_VERIFIED: 'Confirm your address first. We have sent you the link again.',
  INVALID_PASSWORD: 'That isn’t your present password.',
  NO_NAME: 'Enter your name, in 160 characters or fewer.',
  INVALID_CODE: 'That code didn’t work. Codes change every 30 seconds.',
  INVALID_BACKUP_CODE: 'That recovery code didn’t work, or it was used.',
  PASSWORD_STOLEN: 'This password is in a list of stolen ones. Choose another.',
  PASSWORD_TOO_SHORT: 'Use at least 12 characters. Three words make a good one.',
  INVALID_TOKEN: 'This link was used, or it is over. Ask for a new one.',
}

/** Asks the sign-in for something; whatever it refuses is thrown as a `Problem` in words for people. */
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

/** Reads something of the sign-in. */
export async function read<T>(path: string): Promise<T> {
  const response = await fetch(`/api/auth/${path}`)
  if (!response.ok) throw await problemOf(response)
  return response.json()
}

function wordsOf({ code, message, at }: Record<string, unknown>): unknown {
  if (code === 'TOO_MANY_TRIES' && typeof at === 'string') {
    const time = new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
    return `Too many tries. Wait until ${time}.`
  }
  return WORDS[String(code)] ?? message
}

/** Signs in. `code`: the second factor is asked for next. */
export async function signIn(email: string, password: string): Promise<'in' | 'code'> {
  const { twoFactorRedirect } = await ask('sign-in/email', { email, password })
  return twoFactorRedirect === true ? 'code' : 'in'
}

/** The second factor: six figures of the app, or one of the recovery codes. */
export const giveCode = (code: string, kind: 'app' | 'recovery') =>
  ask(kind === 'app' ? 'two-factor/verify-totp' : 'two-factor/verify-backup-code', { code })

export const signOut = () => ask('sign-out')

export const askForReset = (email: string) => ask('request-password-reset', { email })

export const resetPassword = (token: string, newPassword: string) => ask('reset-password', { token, newPassword })
