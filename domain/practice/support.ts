import type { Actor } from '../events.ts'
import { HOUR_MS } from '../situation.ts'

/** A practice's access for support. `on_request`: not let in, but support may ask. */
export const SUPPORT_ACCESSES = ['given', 'on_request', 'never'] as const
export type SupportAccess = (typeof SUPPORT_ACCESSES)[number]

/** The hours of access that support asks for. */
export const ASKED_HOURS = 4

/** The time for which a reason for visiting a client is valid. */
export const REASON_HOLDS_MS = HOUR_MS

/** Returns the text for support people who are not let in. */
export const notLetIn = (practice: string, access: SupportAccess): string =>
  access === 'never'
    ? `${practice} doesn't allow support access. Ask them to change it in Settings > Support access.`
    : `${practice} hasn't let support in.`

/** The name of support people in a practice's pages. */
export const SUPPORT = 'Embark support'

/** Returns an actor's name as logs show it. For support people it says that they are support. */
export const namedAs = (type: Actor['type'], name: string | null): string | null =>
  type === 'support' ? [name, SUPPORT].filter(Boolean).join(', ') : name
