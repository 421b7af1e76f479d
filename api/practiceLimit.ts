import { NEW_PRACTICE_LIMITS } from '../domain/practice/limits.ts'
import type { Instant } from '../domain/situation.ts'
import { staffMoment } from '../domain/words/dates.ts'
import { Problem } from './problem.ts'

/** Returns Embark's own contact address. */
export const writeToOf = (emailFrom: string): string => /<(.+)>$/.exec(emailFrom)?.[1] ?? emailFrom

/** Returns the sentence for a new practice at its daily limit: when it may go on, and who can lift the limit. */
export function practiceLimitSentence(at: Instant, timeZone: string, writeTo: string): string {
  const { invitations, texts } = NEW_PRACTICE_LIMITS
  // Rounded up to the minute, so never too early.
  const again = staffMoment(Math.ceil(at / 60_000) * 60_000, timeZone)
  return `A new practice can send ${invitations} invitations and ${texts} texts a day, and yours has. You can go on at ${again}, or write to ${writeTo} to have the limit lifted.`
}

/** Returns the problem of an invitation beyond that limit: of a colleague, or of a client's further user. */
export function practiceLimitProblem(at: Instant, timeZone: string, emailFrom: string): Problem {
  return new Problem(429, 'practice_limit', practiceLimitSentence(at, timeZone, writeToOf(emailFrom)), {
    members: { at: new Date(at).toISOString() },
    headers: { 'Retry-After': String(Math.max(1, Math.ceil((at - Date.now()) / 1000))) },
  })
}
