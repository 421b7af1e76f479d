import type { Actor, EventData, EventKind } from '../domain/events.ts'
import type { Tx } from './client.ts'

/** One recorded fact. Instants in ms. */
export type RecordedEvent = {
  seq: number
  kind: EventKind
  at: number
  recordedAt: number
  actorType: Actor['type']
  actorId: string | null
  data: EventData
}

/** The log from `after` (its seq, null: the beginning or the end), at most `limit`. Null when there is no such onboarding. */
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
