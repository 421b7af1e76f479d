import type { Channel, Instant } from '../situation.ts'

/** The messages that a new practice may send within 24 hours, until an operator lifts the limit. */
export const NEW_PRACTICE_LIMITS = { invitations: 50, texts: 20 } as const

/** The instants from which a limited practice may send the next message; null for now. */
export type NextAllowed = { invitation: Instant | null; text: Instant | null }

/** Returns the instant from which a limited practice may send through these channels; null for now. */
export function limitedUntil(next: NextAllowed | null, channels: readonly Channel[]): Instant | null {
  const sent = channels.filter((channel) => channel !== 'link')
  if (next === null || sent.length === 0) return null
  const instants = [next.invitation, sent.includes('sms') ? next.text : null].filter((at) => at !== null)
  return instants.length === 0 ? null : Math.max(...instants)
}
