import type { EventData, EventKind } from '../../domain/events.ts'
import { REASON_HOLDS_MS } from '../../domain/practice/support.ts'
import type { ClientThing } from '../access.ts'
import type { Tx } from '../client.ts'

const interval = (tx: Tx) => tx`${REASON_HOLDS_MS}::float8 * interval '1 millisecond'`

/** Keeps why a person of support opens a client. */
export async function insertLook(
  tx: Tx,
  { id, personId, onboardingId, reason }: { id: string; personId: string; onboardingId: string; reason: string },
): Promise<void> {
  await tx`
    INSERT INTO support_look (id, practice_id, person_id, onboarding_id, reason)
    VALUES (${id}, current_practice(), ${personId}, ${onboardingId}, ${reason})`
}

/** Keeps that a person of support saw a list of the practice: once an hour. */
export async function noteListSeen(tx: Tx, personId: string): Promise<void> {
  await tx`
    INSERT INTO support_look (practice_id, person_id)
    SELECT current_practice(), ${personId} WHERE NOT EXISTS (
      SELECT FROM support_look WHERE person_id = ${personId} AND onboarding_id IS NULL
        AND at > clock_timestamp() - ${interval(tx)})`
}

/** Whether support has said lately why it opens the client that a thing is of; null where there is none. */
export async function hasReason(tx: Tx, personId: string, thing: ClientThing, id: string): Promise<boolean | null> {
  const named = {
    onboarding: tx`o.id = ${id}`,
    organisation: tx`o.organisation_id = ${id}`,
    connection: tx`o.id = (SELECT c.onboarding_id FROM connection c WHERE c.id = ${id})`,
    draft: tx`false`,
  }[thing]
  const [row] = await tx<{ reasoned: boolean }[]>`
    SELECT ${isReasoned(tx, personId)} AS reasoned FROM onboarding o WHERE ${named} LIMIT 1`
  return row?.reasoned ?? null
}

/** Those of the onboardings that support has a reason for, while the practice lets it in. */
export async function keepReasoned(tx: Tx, personId: string, onboardingIds: string[]): Promise<Set<string>> {
  const rows = await tx<{ id: string }[]>`
    SELECT o.id FROM onboarding o WHERE o.id = ANY (${onboardingIds}) AND ${isReasoned(tx, personId)}
      AND EXISTS (SELECT FROM resolve_support_practice(${personId}, o.practice_id) p WHERE p.access = 'given')`
  return new Set(rows.map(({ id }) => id))
}

/** A reason holds for a client, whichever of its onboardings it was given for. */
const isReasoned = (tx: Tx, personId: string) => tx`EXISTS (
  SELECT FROM support_look l JOIN onboarding looked ON looked.id = l.onboarding_id
  WHERE l.practice_id = o.practice_id AND l.person_id = ${personId} AND looked.organisation_id = o.organisation_id
    AND l.at > clock_timestamp() - ${interval(tx)})`

/** What support looked at or did in the present practice. `micros` is its instant, in microseconds. */
export type SupportRecord = {
  micros: string
  personId: string
  onboardingId: string | null
  client: string | null
  reason: string | null
  /** Null for a look at a list. */
  kind: EventKind | null
  data: EventData
}

/** The newest looks and acts of support, older than `before` (microseconds) if given. */
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
