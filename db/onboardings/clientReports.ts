import type { About } from '../../domain/commands.ts'
import { first, type Tx } from '../client.ts'

/** A client's report to the practice. */
export type ClientReport = { about: About; text: string | null; name: string | null; email: string | null }

export async function insertReport(
  tx: Tx,
  practiceId: string,
  onboardingId: string,
  requestId: string,
  told: ClientReport,
) {
  await tx`INSERT INTO told (practice_id, onboarding_id, request_id, about, text, name, email)
    VALUES (${practiceId}, ${onboardingId}, ${requestId}, ${told.about}, ${told.text}, ${told.name}, ${told.email})`
}

/** Returns the report that queued this message to the practice; null if it is gone. */
export const readReportOf = (tx: Tx, messageId: string): Promise<ClientReport | null> =>
  first(tx<ClientReport[]>`
    SELECT t.about, t.text, t.name, t.email
    FROM message m
      JOIN event e ON e.onboarding_id = m.onboarding_id AND e.kind IN ('told', 'disconnected') AND e.at = m.created_at
      JOIN told t ON t.onboarding_id = e.onboarding_id AND t.request_id = e.key
    WHERE m.id = ${messageId} ORDER BY e.seq DESC LIMIT 1`)

/** Returns true if the same was reported within the last ten minutes, as by a second press or a reload. */
export async function isReportedAlready(tx: Tx, onboardingId: string, told: ClientReport): Promise<boolean> {
  const rows = await tx`
    SELECT FROM told WHERE onboarding_id = ${onboardingId} AND about = ${told.about}
      AND text IS NOT DISTINCT FROM ${told.text} AND name IS NOT DISTINCT FROM ${told.name}
      AND email IS NOT DISTINCT FROM ${told.email} AND at > clock_timestamp() - interval '10 minutes'`
  return rows.count > 0
}

/** Returns the number of this client's reports within 24 hours. */
export async function countReports(tx: Tx, onboardingId: string): Promise<number> {
  const [row] = await tx<{ n: number }[]>`
    SELECT count(*)::int AS n FROM told
    WHERE onboarding_id = ${onboardingId} AND at > clock_timestamp() - interval '24 hours'`
  return row?.n ?? 0
}
