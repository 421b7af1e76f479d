import type { EventKind } from '../../domain/events.ts'
import type { DigestDay } from '../../domain/practice/digests.ts'
import type { NoticeKind, NoticeSettings } from '../../domain/practice/notices.ts'
import type { MemberRole } from '../../domain/rights.ts'
import type { Database, Tx } from '../client.ts'
import { hasRight, inSight, type Sight, sightOfRole } from '../sight.ts'
import type { FrozenMail } from './staffMails.ts'

/** Returns the time zones of all practices. */
export async function readZones({ sql }: Database): Promise<string[]> {
  const rows = await sql<{ zone: string }[]>`SELECT time_zone AS zone FROM practice_zones()`
  return rows.map(({ zone }) => zone)
}

/** Returns the practices of these zones whose digests of the day are not made yet. */
export async function findPracticesToDigest(
  { sql }: Database,
  due: { zone: string; day: string }[],
  atMost: number,
): Promise<{ practiceId: string; zone: string }[]> {
  if (due.length === 0) return []
  return sql<{ practiceId: string; zone: string }[]>`
    SELECT practice_id AS "practiceId", time_zone AS zone
    FROM practices_to_digest(${due.map(({ zone }) => zone)}, ${due.map(({ day }) => day)}::text[]::date[], ${atMost})`
}

/** A colleague who gets a digest, and the clients it is about. */
export type DigestReader = { personId: string; email: string; sight: Sight; clients: NoticeSettings['clients'] }

/** Returns the colleagues who want a digest and have none for the day. Those who joined later get the next one. */
export async function readDigestReaders(tx: Tx, { day, at }: DigestDay): Promise<DigestReader[]> {
  const rows = await tx<(Omit<DigestReader, 'sight'> & { role: MemberRole })[]>`
    SELECT m.user_id AS "personId", m.email, m.role, coalesce(s.clients, 'managed') AS clients
    FROM colleagues() m LEFT JOIN notice_settings s ON s.person_id = m.user_id
    WHERE ${hasRight(tx, 'have_notices')} AND (s.digest IS NULL OR cardinality(s.digest) > 0)
      AND m.joined_at < ${new Date(at)}
      AND NOT EXISTS (SELECT FROM staff_mail d WHERE d.person_id = m.user_id AND d.day = ${day}::text::date)`
  return rows.map(({ role, ...reader }) => ({ ...reader, sight: sightOfRole(role, reader.personId) }))
}

/** Returns the condition that the onboarding `o` belongs to a colleague's digest. */
const isOf = (tx: Tx, { personId, sight, clients }: DigestReader) => {
  if (clients === 'all') return inSight(tx, sight)
  const isNobodys = sight.of === 'all' ? tx`OR o.account_manager_id IS NULL` : tx``
  return tx`(o.account_manager_id = ${personId} ${isNobodys}) AND ${inSight(tx, sight)}`
}

/** Returns those of the onboardings that belong to a colleague's digest, in the same order. */
export async function keepTheirs(tx: Tx, reader: DigestReader, ids: string[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    SELECT o.id FROM onboarding o WHERE o.id = ANY (${ids}) AND ${isOf(tx, reader)}`
  const theirs = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => theirs.has(id))
}

/** Counts the events in the digest's period, by kind. Rehearsals do not count. */
export async function countHappened(
  tx: Tx,
  reader: DigestReader,
  { since, from }: DigestDay,
): Promise<Partial<Record<EventKind, number>>> {
  const rows = await tx<{ kind: EventKind; n: number }[]>`
    SELECT e.kind, count(*)::int AS n FROM event e JOIN onboarding o ON o.id = e.onboarding_id
    WHERE e.kind IN ('invited', 'accepted', 'bank_connected', 'completed')
      AND e.at >= ${new Date(since)} AND e.at < ${new Date(from)} AND o.clock_offset_ms = 0 AND ${isOf(tx, reader)}
    GROUP BY e.kind`
  return Object.fromEntries(rows.map(({ kind, n }) => [kind, n]))
}

/** Counts what is due until the end of the day: reminders to clients, and links that expire. */
export async function countDue(tx: Tx, reader: DigestReader, now: number, { to }: DigestDay) {
  const today = (column: ReturnType<Tx>) => tx`${column} >= ${new Date(now)} AND ${column} < ${new Date(to)}`
  const [row] = await tx<{ reminders: number; expiries: number }[]>`
    SELECT
      count(*) FILTER (WHERE ${today(tx`o.wake_at`)} AND o.move = 'client' AND NOT EXISTS (
          SELECT FROM auth_session s WHERE s.onboarding_id = o.id AND s.status = 'pending' AND s.next_poll_at = o.wake_at)
        AND (o.snoozed_until IS NULL OR o.snoozed_until <= ${new Date(now)})
        AND (o.status = 'accepted' OR o.status = 'invited' AND o.wake_at < o.expires_at))::int AS reminders,
      count(*) FILTER (WHERE o.status = 'invited' AND ${today(tx`o.expires_at`)})::int AS expiries
    FROM onboarding o WHERE o.clock_offset_ms = 0 AND o.status IN ('invited', 'accepted') AND ${isOf(tx, reader)}`
  return row ?? { reminders: 0, expiries: 0 }
}

/** Returns the clients to name in the digest, by the kind of notice within its period. */
export async function readNamed(
  tx: Tx,
  { personId, sight }: DigestReader,
  { since, from }: DigestDay,
): Promise<{ kind: NoticeKind; clients: string[] }[]> {
  return tx<{ kind: NoticeKind; clients: string[] }[]>`
    SELECT n.kind, array_agg(g.name ORDER BY n.first) AS clients FROM (
      SELECT kind, onboarding_id, min(id::text) AS first FROM notice
      WHERE person_id = ${personId} AND digest AND created_at >= ${new Date(since)} AND created_at < ${new Date(from)}
      GROUP BY kind, onboarding_id
    ) AS n JOIN onboarding o ON o.id = n.onboarding_id JOIN organisation g ON g.id = o.organisation_id
    WHERE ${inSight(tx, sight)} GROUP BY n.kind`
}

/** Stores a colleague's digest of the day; null records that it has no content. Keeps an existing one. */
export async function insertDigest(tx: Tx, personId: string, day: string, frozen: FrozenMail | null): Promise<void> {
  await tx`
    INSERT INTO staff_mail (practice_id, person_id, day, state, recipient, template_version, inputs)
    VALUES (current_practice(), ${personId}, ${day}::text::date, ${frozen ? 'queued' : 'nothing'},
      ${frozen?.recipient ?? null}, ${frozen?.templateVersion ?? null}, ${frozen ? tx.json(frozen.inputs as never) : null})
    ON CONFLICT (practice_id, person_id, day) DO NOTHING`
}

/** Records that all of the practice's digests of the day are made. */
export async function closeDigestDay(tx: Tx, day: string): Promise<void> {
  await tx`
    INSERT INTO digest_day (practice_id, day) VALUES (current_practice(), ${day}::text::date)
    ON CONFLICT (practice_id) DO UPDATE SET day = greatest(digest_day.day, excluded.day)`
}
