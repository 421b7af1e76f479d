import type { Tx } from './client.ts'

/** What a refusal's sentence names. Without an onboarding (it was not created) only the practice's zone is real. */
export async function readRefusalNames(tx: Tx, onboardingId: string | null) {
  const [row] = await tx<
    { timeZone: string; client: string | null; contact: string | null; acceptedAt: number | null }[]
  >`
    SELECT p.time_zone AS "timeZone", g.name AS client, coalesce(i.name, g.contact_name) AS contact,
      epoch_ms(o.accepted_at) AS "acceptedAt"
    FROM practice p LEFT JOIN onboarding o ON o.id = ${onboardingId}
      LEFT JOIN organisation g ON g.id = o.organisation_id
      LEFT JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation`
  return {
    timeZone: row?.timeZone ?? 'UTC',
    client: row?.client ?? 'This client',
    first: row?.contact?.split(/\s+/)[0] ?? 'The client',
    acceptedAt: row?.acceptedAt ?? null,
  }
}
