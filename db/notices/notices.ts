import type { Actor, EventData, EventKind } from '../../domain/events.ts'
import { DEFAULT_NOTICES, type Notice, type NoticeKind } from '../../domain/practice/notices.ts'
import type { Database, Tx } from '../client.ts'
import { hasRight, inSight, inSightOfMember, type Sight } from '../sight.ts'

/**
 * Writes the notices and mails of an event in one statement, for the colleagues whose clients it concerns and who may
 * see it, except its actor. If a message to the practice says the same, one colleague gets that message as the mail.
 */
export function insertNotices(
  tx: Tx,
  onboardingId: string,
  seq: number,
  { kind, to, hasMessage }: Notice,
  actor: Actor,
) {
  const isOn = (column: 'in_app' | 'email' | 'digest', byDefault: readonly NoticeKind[]) =>
    tx`CASE WHEN s.person_id IS NULL THEN ${byDefault.includes(kind)} ELSE ${kind} = ANY (s.${tx(column)}) END`
  return tx`
    WITH told AS MATERIALIZED (
      SELECT o.practice_id, m.user_id, ${isOn('in_app', DEFAULT_NOTICES.inApp)} AS in_app,
        ${isOn('email', DEFAULT_NOTICES.email)} AS email, ${isOn('digest', DEFAULT_NOTICES.digest)} AS digest
      FROM onboarding o JOIN membership m ON m.practice_id = o.practice_id
        LEFT JOIN notice_settings s ON s.practice_id = m.practice_id AND s.person_id = m.user_id
      WHERE o.id = ${onboardingId} AND m.user_id::text IS DISTINCT FROM ${actor.id}::text
        AND ${hasRight(tx, 'have_notices')}
        AND ${to === null ? tx`(s.clients = 'all' OR ${isManaged(tx)}) AND ${inSightOfMember(tx)}` : tx`m.user_id = ${to}`}
    ), mailed AS (
      INSERT INTO staff_mail (practice_id, person_id, onboarding_id, event_seq, notice, state)
      SELECT practice_id, user_id, ${onboardingId}::uuid, ${seq}::int, ${kind},
        CASE WHEN ${hasMessage} AND row_number() OVER (ORDER BY user_id) = 1 THEN 'with_message' ELSE 'queued' END
      FROM told WHERE email
    )
    INSERT INTO notice (practice_id, person_id, onboarding_id, event_seq, kind, in_app, digest)
    SELECT practice_id, user_id, ${onboardingId}::uuid, ${seq}::int, ${kind}, in_app, digest
    FROM told WHERE in_app OR digest`
}

/** Returns the condition that the member manages the client, or that nobody does and the member sees every client. */
const isManaged = (tx: Tx) =>
  tx`(o.account_manager_id = m.user_id OR o.account_manager_id IS NULL AND ${hasRight(tx, 'see_all_clients')})`

/** One notice with its event and client. Instants in ms. */
export type NoticeRow = {
  id: string
  kind: NoticeKind
  at: number
  isRead: boolean
  onboardingId: string
  client: string
  event: EventKind
  data: EventData
}

export type Reader = { personId: string; sight: Sight }

const shown = (tx: Tx, { personId, sight }: Reader) =>
  tx`n.person_id = ${personId} AND n.in_app AND ${inSight(tx, sight)}`

/** Returns a colleague's notices, newest first, without clients they can no longer see. */
export async function readNotices(tx: Tx, reader: Reader, atMost: number): Promise<NoticeRow[]> {
  return tx<NoticeRow[]>`
    SELECT n.id, n.kind, epoch_ms(n.created_at) AS at, n.read_at IS NOT NULL AS "isRead",
      n.onboarding_id AS "onboardingId", g.name AS client, e.kind AS event, e.data
    FROM notice n JOIN onboarding o ON o.id = n.onboarding_id JOIN organisation g ON g.id = o.organisation_id
      JOIN event e ON e.onboarding_id = n.onboarding_id AND e.seq = n.event_seq
    WHERE ${shown(tx, reader)} ORDER BY n.id DESC LIMIT ${atMost}`
}

/** Returns the number of unread notices. */
export async function countUnread(tx: Tx, reader: Reader): Promise<number> {
  const [row] = await tx<{ n: number }[]>`
    SELECT count(*)::int AS n FROM notice n JOIN onboarding o ON o.id = n.onboarding_id
    WHERE ${shown(tx, reader)} AND n.read_at IS NULL`
  return row?.n ?? 0
}

/** Marks a colleague's notices as read: up to one of them, of one onboarding, or all. */
export async function markNoticesRead(
  tx: Tx,
  personId: string,
  { upTo, onboardingId }: { upTo: string | null; onboardingId: string | null },
): Promise<void> {
  await tx`
    UPDATE notice SET read_at = clock_timestamp() WHERE person_id = ${personId} AND in_app AND read_at IS NULL
      ${upTo === null ? tx`` : tx`AND id <= ${upTo}`} ${onboardingId === null ? tx`` : tx`AND onboarding_id = ${onboardingId}`}`
}

/** Deletes older notices of every practice, at most `atMost`. Returns their number. */
export async function clearNotices({ sql }: Database, olderThanMs: number, atMost: number): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    SELECT clear_notices(${olderThanMs} * interval '1 millisecond', ${atMost}) AS n`
  return row?.n ?? 0
}
