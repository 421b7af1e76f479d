import type { EventKind } from '../../domain/events.ts'
import type { DigestDay } from '../../domain/practice/digests.ts'
import type { NoticeKind, NoticeSettings } from '../../domain/practice/notices.ts'
import type { MemberRole } from '../../domain/rights.ts'
import type { Database, Tx } from '../client.ts'
import { hasRight, inSight, type Sight, sightOfRole } from '../sight.ts'
import type { FrozenMail } from './staffMails.ts'

/** The time zones that practices are in. */
export async function readZones({ sql }: Database): Promise<string[]> {
  const rows = await sql<{ zone: string }[]>`SELECT time_zone AS zone FROM practice_zones()`
  return rows.map(({ zone }) => zone)
}

/** Practices of these zones whose digests of the day are still to be made. */
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

/** Somebody who gets a digest: of which clients it is. */
export type DigestReader = { personId: string; email: string; sight: Sight; clients: NoticeSettings['clients'] }

/** The practice's people who want one of the day and have none yet. Whoever came after its hour gets the next. */
export async function readDigestReaders(tx: Tx, { day, at }: DigestDay): Promise<DigestReader[]> {
  const rows = await tx<(Omit<DigestReader, 'sight'> & { role: MemberRole })[]>`
    SELECT m.user_id AS "personId", m.email, m.role, coalesce(s.clients, 'managed') AS clients
    FROM colleagues() m LEFT JOIN notice_settings s ON s.person_id = m.user_id
    WHERE ${hasRight(tx, 'have_notices')} AND (s.digest IS NULL OR cardinality(s.digest) > 0)
      AND m.joined_at < ${new Date(at)}
      AND NOT EXISTS (SELECT FROM staff_mail d WHERE d.person_id = m.user_id AND d.day = ${day}::text::date)`
  return rows.map(({ role, ...reader }) => ({ ...reader, sight: sightOfRole(role, reader.personId) }))
}

/** Whether the onboarding `o` is among the clients that somebody's digest is of. */
const isOf = (tx: Tx, { personId, sight, clients }: DigestReader) => {
  if (clients === 'all') return inSight(tx, sight)
  const isNobodys = sight.of === 'all' ? tx`OR o.account_manager_id IS NULL` : tx``
  return tx`(o.account_manager_id = ${personId} ${isNobodys}) AND ${inSight(tx, sight)}`
}

/** Those of the onboardings that somebody's digest is of, in their order. */
export async function keepTheirs(tx: Tx, reader: DigestReader, ids: string[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    SELECT o.id FROM onboarding o WHERE o.id = ANY (${ids}) AND ${isOf(tx, reader)}`
  const theirs = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => theirs.has(id))
}

/** What happened in the time a digest looks back on, by kind. Rehearsals do not count. */
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

/** What is due until the day's end: reminders to clients, and links that expire. */
export async function countDue(tx: Tx, reader: DigestReader, now: number, { to }: DigestDay) {
  const today = (column: ReturnType<Tx>) => tx`${column} >= ${new Date(now)} AND ${column} < ${new Date(to)}`
  const [row] = await tx<{ reminders: number; expiries: number }[]>`
    SELECT
      count(*) FILTER (WHERE ${today(tx`o.wake_at`)} AND o.move = 'client' AND o.client_touch_n < 3
        AND (o.snoozed_until IS NULL OR o.snoozed_until <= ${new Date(now)})
        AND (o.status = 'accepted' OR o.status = 'invited' AND o.wake_at < o.expires_at))::int AS reminders,
      count(*) FILTER (WHERE o.status = 'invited' AND ${today(tx`o.expires_at`)})::int AS expiries
    FROM onboarding o WHERE o.clock_offset_ms = 0 AND o.status IN ('invited', 'accepted') AND ${isOf(tx, reader)}`
  return row ?? { reminders: 0, expiries: 0 }
}

/** The clients that somebody wants to be told of by name, by what happened to them in the time looked back on. */
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

/** Keeps somebody's digest of the day, or (null) that there is nothing to say. There is one, whoever else makes it. */
export async function insertDigest(tx: Tx, personId: string, day: string, frozen: FrozenMail | null): Promise<void> {
  await tx`
    INSERT INTO staff_mail (practice_id, person_id, day, state, recipient, template_version, inputs)
    VALUES (current_practice(), ${personId}, ${day}::text::date, ${frozen ? 'queued' : 'nothing'},
      ${frozen?.recipient ?? null}, ${frozen?.templateVersion ?? null}, ${frozen ? tx.json(frozen.inputs as never) : null})
    ON CONFLICT (practice_id, person_id, day) DO NOTHING`
}

/** Notes that all digests of the practice for the day are made. */
export async function closeDigestDay(tx: Tx, day: string): Promise<void> {
  await tx`
    INSERT INTO digest_day (practice_id, day) VALUES (current_practice(), ${day}::text::date)
    ON CONFLICT (practice_id) DO UPDATE SET day = greatest(digest_day.day, excluded.day)`
}
