import type { About } from '../domain/commands.ts'
import type { Tx } from './client.ts'

/** Something a client told the practice from their page. */
export type Told = { about: About; text: string | null; name: string | null; email: string | null }

export async function insertTold(tx: Tx, practiceId: string, onboardingId: string, requestId: string, told: Told) {
  await tx`INSERT INTO told (practice_id, onboarding_id, request_id, about, text, name, email)
    VALUES (${practiceId}, ${onboardingId}, ${requestId}, ${told.about}, ${told.text}, ${told.name}, ${told.email})`
}

/** The newest thing told. */
export async function readLastTold(tx: Tx, onboardingId: string): Promise<Told | null> {
  const [row] = await tx<Told[]>`
    SELECT about, text, name, email FROM told WHERE onboarding_id = ${onboardingId} ORDER BY at DESC LIMIT 1`
  return row ?? null
}
