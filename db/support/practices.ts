import type { SupportAccess } from '../../domain/practice/support.ts'
import type { Status } from '../../domain/situation.ts'
import { type Database, first } from '../client.ts'

/** A practice's access for support. Instants in ms: the end of access, and the last unanswered request. */
export type SupportPractice = {
  practiceId: string
  name: string
  access: SupportAccess
  until: number | null
  askedAt: number | null
  /** True if it is new and has a daily limit of sends. */
  limited: boolean
}

/** A client of any practice, with as much as support may know before it is let in. */
export type FoundClient = SupportPractice & { onboardingId: string; client: string; stage: Status }

/** Returns a practice's access for this support person. Null for anybody else, and for an unknown practice. */
export const resolveSupportPractice = (
  { sql }: Database,
  personId: string,
  practiceId: string,
): Promise<SupportPractice | null> =>
  first(sql<SupportPractice[]>`
    SELECT practice_id AS "practiceId", name, access, epoch_ms(until) AS until, epoch_ms(asked_at) AS "askedAt",
      is_practice_limited(${personId}, practice_id) AS limited
    FROM resolve_support_practice(${personId}, ${practiceId})`)

/** Returns clients of all practices by text (`phone`: as a number, if it is one). Empty if not asked by support. */
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
