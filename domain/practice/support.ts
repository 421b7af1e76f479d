import type { Actor } from '../events.ts'
import { HOUR_MS } from '../situation.ts'

/** How a practice stands to support now. `on_request`: not let in, and may be asked. */
export const SUPPORT_ACCESSES = ['given', 'on_request', 'never'] as const
export type SupportAccess = (typeof SUPPORT_ACCESSES)[number]

/** For how long support asks to be let in. */
export const ASKED_HOURS = 4

/** How long a reason for looking at a client holds. */
export const REASON_HOLDS_MS = HOUR_MS

/** Why support is not let in, for people of support. */
export const notLetIn = (practice: string, access: SupportAccess): string =>
  access === 'never'
    ? `${practice} doesn't allow support access. Ask them to change it in Settings > Support access.`
    : `${practice} hasn't let support in.`

/** What a practice calls our own people. */
export const SUPPORT = 'Embark support'

/** Somebody's name as what they did says it: of our own people, that they are. */
export const namedAs = (type: Actor['type'], name: string | null): string | null =>
  type === 'support' ? [name, SUPPORT].filter(Boolean).join(', ') : name
