import type { EventData, EventKind } from '../../domain/events.ts'
import { REASON_HOLDS_MS } from '../../domain/practice/support.ts'
import type { Tx } from '../client.ts'

const interval = (tx: Tx) => tx`${REASON_HOLDS_MS}::float8 * interval '1 millisecond'`

/** Records a support person's visit to a client with its reason. */
export async function insertVisit(
  tx: Tx,
  { id, personId, onboardingId, reason }: { id: string; personId: string; onboardingId: string; reason: string },
): Promise<void> {
  await tx`
    INSERT INTO support_look (id, practice_id, person_id, onboarding_id, reason)
    VALUES (${id}, current_practice(), ${personId}, ${onboardingId}, ${reason})`
}

/** Records that a support person saw a list of the practice, at most once an hour. */
export async function noteListSeen(tx: Tx, personId: string): Promise<void> {
  await tx`
    INSERT INTO support_look (practice_id, person_id)
    SELECT current_practice(), ${personId} WHERE NOT EXISTS (
      SELECT FROM support_look WHERE person_id = ${personId} AND onboarding_id IS NULL
        AND at > clock_timestamp() - ${interval(tx)})`
}

/** A visit or act of support in the present practice. `micros`: its instant in microseconds. */
export type SupportRecord = {
  micros: string
  personId: string
  onboardingId: string | null
  client: string | null
  reason: string | null
  /** Null for a view of a list. */
  kind: EventKind | null
  data: EventData
}

/** Returns the newest visits and acts of support, before `before` (microseconds) if given. */
export async function readSupportRecords(tx: Tx, before: string | null, limit: number): Promise<SupportRecord[]> {
  const older = (column: ReturnType<typeof tx>) =>
    before === null
      ? tx``
      : tx`AND ${column} < timestamptz 'epoch' + ${before}::text::bigint * interval '1 microsecond'`
  return tx<SupportRecord[]>`
    SELECT (extract(epoch FROM r.at) * 1000000)::bigint::text AS micros, r.person_id AS "personId",
      r.onboarding_id AS "onboardingId", g.name AS client, r.reason, r.kind, r.data
    FROM (
      (SELECT l.at, l.person_id::text, l.onboarding_id, l.reason,
          CASE WHEN l.onboarding_id IS NOT NULL THEN 'support_looked' END AS kind, '{}'::jsonb AS data
        FROM support_look l WHERE true ${older(tx`l.at`)} ORDER BY l.at DESC LIMIT ${limit})
      UNION ALL
      (SELECT e.recorded_at, e.actor_id, e.onboarding_id, NULL, e.kind, e.data
        FROM event e WHERE e.actor_type = 'support' AND e.kind <> 'support_looked' ${older(tx`e.recorded_at`)}
        ORDER BY e.recorded_at DESC LIMIT ${limit})
    ) AS r
      LEFT JOIN onboarding o ON o.id = r.onboarding_id LEFT JOIN organisation g ON g.id = o.organisation_id
    ORDER BY r.at DESC LIMIT ${limit}`
}
