import type { About } from '../domain/commands.ts'
import type { Tx } from './client.ts'

/** Something a client told the practice from their page. */
export type Told = { about: About; text: string | null; name: string | null; email: string | null }

export async function insertTold(tx: Tx, practiceId: string, onboardingId: string, requestId: string, told: Told) {
  await tx`INSERT INTO told (practice_id, onboarding_id, request_id, about, text, name, email)
    VALUES (${practiceId}, ${onboardingId}, ${requestId}, ${told.about}, ${told.text}, ${told.name}, ${told.email})`
}

/** What was told when this message to the practice was queued; null when it is gone. */
export async function readToldIn(tx: Tx, messageId: string): Promise<Told | null> {
  const [row] = await tx<Told[]>`
    SELECT t.about, t.text, t.name, t.email
    FROM message m
      JOIN event e ON e.onboarding_id = m.onboarding_id AND e.kind = 'told' AND e.at = m.created_at
      JOIN told t ON t.onboarding_id = e.onboarding_id AND t.request_id = e.key
    WHERE m.id = ${messageId} ORDER BY e.seq DESC LIMIT 1`
  return row ?? null
}
