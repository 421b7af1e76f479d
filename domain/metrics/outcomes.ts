/**
 * The answers to an invitation, each client with one. `accepted` stands whatever comes after; `declined` and `cancelled`
 * while nothing takes them back; `expired`: the link ended without an answer; `open`: none of these.
 */
export const OUTCOMES = ['accepted', 'declined', 'expired', 'cancelled', 'open'] as const
export type Outcome = (typeof OUTCOMES)[number]
