import type { Person } from '../../domain/fields/person.ts'
import type { Instant } from '../../domain/words/dates.ts'

/** The practice on client pages. `colour` is `#rrggbb` or null; `logoSrc` is a path on our own origin or null. */
export type Practice = { name: string; colour: string | null; logoSrc: string | null }

/**
 * The fields of every page behind a link: `base` is `/j/{token}`, `zone` the practice's IANA time zone. `person` is set
 * for a self-employed client, who is addressed as a person.
 */
export type Behind = { practice: Practice; organisation: string; person: Person | null; zone: string; base: string }

/** The home page's address as people type it, and the client's sign-in address; null when none is known. */
export type HomeHint = { home: string; email: string | null }

/** The foot of a page that can still be answered. `textedNumber` is set when the page was opened from a text. */
export type OpenFoot = {
  now: Instant
  /** The end of the link's validity; null when it has none yet. */
  worksUntil: Instant | null
  textedNumber: string | null
}
