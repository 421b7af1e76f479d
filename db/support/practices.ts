import type { SupportAccess } from '../../domain/practice/support.ts'
import type { Status } from '../../domain/situation.ts'
import type { Database } from '../client.ts'

/** How a practice stands to support. Instants in ms: until when it is let in, and when it was last asked in vain so far. */
export type SupportPractice = {
  practiceId: string
  name: string
  access: SupportAccess
  until: number | null
  askedAt: number | null
  /** It is new and sends little in a day. */
  limited: boolean
}

/** A client of any practice, as much as support may know of it before it is let in. */
export type FoundClient = SupportPractice & { onboardingId: string; client: string; stage: Status }

/** How a practice stands to this person of support. Null for everybody else, and where there is no such practice. */
export async function resolveSupportPractice(
  { sql }: Database,
  personId: string,
  practiceId: string,
): Promise<SupportPractice | null> {
  const [row] = await sql<SupportPractice[]>`
    SELECT practice_id AS "practiceId", name, access, epoch_ms(until) AS until, epoch_ms(asked_at) AS "askedAt",
      is_practice_limited(${personId}, practice_id) AS limited
    FROM resolve_support_practice(${personId}, ${practiceId})`
  return row ?? null
}

/** Clients of all practices found by a text; `phone` is the text as a number, if it is one. Nothing for who is not of support. */
export async function searchPractices(
  { sql }: Database,
  personId: string,
  { text, phone, atMost }: { text: string; phone: string | null; atMost: number },
): Promise<FoundClient[]> {
  return sql<FoundClient[]>`
    SELECT practice_id AS "practiceId", name, onboarding_id AS "onboardingId", client, stage, access,
      epoch_ms(until) AS until, epoch_ms(asked_at) AS "askedAt",
      is_practice_limited(${personId}, practice_id) AS limited
    FROM support_search(${personId}, ${text}, ${phone}, ${atMost})`
}
