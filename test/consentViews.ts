import { ASKED_STATES, type Consent, type ConsentView, PARTS_OF_VIEW } from '../domain/connections/consents.ts'
import type { Instant } from '../domain/situation.ts'

/** Returns true if a view shows a consent, as long as it is not snoozed. */
export function isInView(view: ConsentView, { endsAt, asked }: Consent, now: Instant): boolean {
  const left = (endsAt ?? Number.POSITIVE_INFINITY) - now
  return PARTS_OF_VIEW[view].some(
    ({ ends, asked: so = ASKED_STATES }) => left > ends.after && left <= ends.upTo && so.includes(asked),
  )
}
