import type { Actor, EventData, EventKind } from '../domain/events.ts'
import type { MessageCause } from '../domain/messageFacts.ts'
import { first, type Tx } from './client.ts'

/** One recorded event. Instants in ms. */
export type RecordedEvent = {
  seq: number
  kind: EventKind
  at: number
  recordedAt: number
  actorType: Actor['type']
  actorId: string | null
  data: EventData
}

/** Returns events after `after` (a sequence number or null), at most `limit`. Null for an unknown onboarding. */
export async function readEvents(
  tx: Tx,
  onboardingId: string,
  { order, after, limit }: { order: 'asc' | 'desc'; after: number | null; limit: number },
): Promise<RecordedEvent[] | null> {
  const [[found], events] = await Promise.all([
    tx`SELECT FROM onboarding WHERE id = ${onboardingId}`,
    tx<RecordedEvent[]>`
      SELECT seq, kind, epoch_ms(at) AS at, epoch_ms(recorded_at) AS "recordedAt", actor_type AS "actorType",
        actor_id AS "actorId", data
      FROM event WHERE onboarding_id = ${onboardingId}
        ${after === null ? tx`` : order === 'asc' ? tx`AND seq > ${after}` : tx`AND seq < ${after}`}
      ORDER BY seq ${order === 'asc' ? tx`ASC` : tx`DESC`} LIMIT ${limit}`,
  ])
  return found ? events : null
}

/** Returns one event; null if there is none. */
export const readEvent = (tx: Tx, onboardingId: string, seq: number): Promise<RecordedEvent | null> =>
  first(tx<RecordedEvent[]>`
    SELECT seq, kind, epoch_ms(at) AS at, epoch_ms(recorded_at) AS "recordedAt", actor_type AS "actorType",
      actor_id AS "actorId", data
    FROM event WHERE onboarding_id = ${onboardingId} AND seq = ${seq}`)

/** One recorded event with the names in its sentence. */
export type TimelineRow = Pick<RecordedEvent, 'seq' | 'kind' | 'at' | 'actorType' | 'actorId' | 'data'> & {
  /** The name of a client or API key; `readNames` gives the names of people. */
  actorName: string | null
  bank: string | null
  /** The banks of a request to keep sharing; null for other events. */
  banks: string[] | null
  ledger: string | null
  address: string | null
  reason: string | null
  cause: MessageCause | null
  /** The text that somebody wrote with it (a reason or evidence). For ends and steps only the last text is kept. */
  note: string | null
}

/**
 * Returns the timeline in reverse, before `before` (a sequence number; null: from the end), at most `limit`. A null
 * filter shows all; `connectionId` shows what happened to that connection. Leaves out attempts at sending. Null for an
 * unknown onboarding.
 */
export async function readTimeline(
  tx: Tx,
  onboardingId: string,
  narrow: {
    kinds: EventKind[] | null
    actors: Actor['type'][] | null
    connectionId?: string
    before: number | null
    limit: number
  },
): Promise<TimelineRow[] | null> {
  const { kinds, actors, connectionId, before, limit } = narrow
  const [[found], events] = await Promise.all([
    tx`SELECT FROM onboarding WHERE id = ${onboardingId}`,
    tx<TimelineRow[]>`
      WITH page AS (
        SELECT * FROM event e WHERE e.onboarding_id = ${onboardingId}
          AND NOT (e.kind = 'message' AND e.data->>'state' = 'sending')
          ${kinds === null ? tx`` : tx`AND e.kind = ANY (${kinds})`}
          ${actors === null ? tx`` : tx`AND e.actor_type = ANY (${actors})`}
          ${
            connectionId === undefined
              ? tx``
              : tx`AND (split_part(e.key, ':', 1) = ${connectionId}
            OR e.kind = 'renewal_asked' AND e.data->'connections' ? ${connectionId})`
          }
          ${before === null ? tx`` : tx`AND e.seq < ${before}`}
        ORDER BY e.seq DESC LIMIT ${limit})
      SELECT e.seq, e.kind, epoch_ms(e.at) AS at, e.actor_type AS "actorType", e.actor_id AS "actorId", e.data,
        CASE e.actor_type WHEN 'client' THEN i.name WHEN 'api_key' THEN
          (SELECT k.name FROM api_key k WHERE k.id::text = e.actor_id) END AS "actorName",
        CASE WHEN s.step = 'bank' THEN s.institution_name END AS bank,
        CASE WHEN e.kind = 'renewal_asked' THEN ARRAY(SELECT coalesce(b.institution_name, b.provider) FROM connection b
          WHERE b.onboarding_id = e.onboarding_id AND e.data->'connections' ? b.id::text ORDER BY b.institution_name, b.id) END AS banks,
        CASE WHEN s.step = 'books' THEN s.institution_name END AS ledger,
        coalesce(m.recipient, CASE m.channel WHEN 'email' THEN i.email WHEN 'sms' THEN i.phone END) AS address,
        -- A message keeps its last reason only.
        CASE WHEN m.state = e.data->>'state' THEN m.reason END AS reason,
        CASE WHEN m.state = e.data->>'state' THEN m.cause END AS cause,
        CASE WHEN e.kind = 'told' THEN (SELECT d.text FROM told d WHERE d.onboarding_id = o.id AND d.request_id = e.key)
          WHEN e.kind = 'renewal_confirmed' THEN (SELECT n.note FROM confirmation_note n
            WHERE n.onboarding_id = o.id AND n.event_key = e.key)
          WHEN e.kind = 'support_looked' THEN (SELECT l.reason FROM support_look l WHERE l.id = e.key::uuid)
          WHEN e.seq = (SELECT max(l.seq) FROM event l WHERE l.onboarding_id = e.onboarding_id AND l.kind = e.kind
          AND l.data->>'step' IS NOT DISTINCT FROM e.data->>'step')
        THEN CASE e.kind WHEN 'cancelled' THEN o.cancel_reason WHEN 'declined' THEN o.decline_note
          WHEN 'step_skipped' THEN t.skip_reason WHEN 'step_done' THEN t.evidence END END AS note
      FROM page e
        JOIN onboarding o ON o.id = e.onboarding_id
        LEFT JOIN message m ON e.kind = 'message' AND m.id::text = e.data->>'messageId'
          AND m.onboarding_id = e.onboarding_id
        LEFT JOIN onboarding_step t ON t.onboarding_id = e.onboarding_id AND t.kind = e.data->>'step'
        LEFT JOIN connection c ON c.onboarding_id = e.onboarding_id
          AND c.id::text = split_part(e.key, ':', 1)
        LEFT JOIN auth_session s ON s.onboarding_id = e.onboarding_id
          AND s.id::text = coalesce(c.session_id::text, split_part(e.key, ':', 1))
        LEFT JOIN invitation i ON i.onboarding_id = e.onboarding_id AND i.generation = coalesce(m.generation, o.generation)
      ORDER BY e.seq DESC`,
  ])
  return found ? events : null
}
