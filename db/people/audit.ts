import type { Actor } from '../../domain/events.ts'
import type { Audit, AuditKind } from '../../domain/practice/audit.ts'
import { first, type Tx } from '../client.ts'

/** The actor of an audited act, and the IP address. */
export type Doer = { actor: Actor; address: string | null }

/** Appends a record to the audit log of the present practice. */
export async function insertAudit(
  tx: Tx,
  { actor, address }: Doer,
  { kind, subjectId, data = {} }: Audit,
): Promise<void> {
  await tx`
    INSERT INTO audit_event (practice_id, kind, actor_type, actor_id, subject_id, data, address)
    VALUES (current_practice(), ${kind}, ${actor.type}, ${actor.id}, ${subjectId}, ${tx.json(data)}, ${address})`
}

export type AuditRow = {
  id: string
  at: number
  kind: AuditKind
  actorType: 'staff' | 'support' | 'api_key' | 'system'
  actorId: string | null
  subjectId: string | null
  data: Record<string, unknown>
  address: string | null
}

/** Returns the newest records, before `before` if given, and of one kind or person if given. */
export async function readAudit(
  tx: Tx,
  { before, kind, person, limit }: { before: string | null; kind: string | null; person: string | null; limit: number },
): Promise<AuditRow[]> {
  return tx<AuditRow[]>`
    SELECT id, epoch_ms(at) AS at, kind, actor_type AS "actorType", actor_id AS "actorId", subject_id AS "subjectId",
      data, address
    FROM audit_event
    WHERE true ${before ? tx`AND id < ${before}` : tx``} ${kind ? tx`AND kind = ${kind}` : tx``}
      ${person ? tx`AND (actor_id = ${person} OR subject_id = ${person})` : tx``}
    ORDER BY id DESC LIMIT ${limit}`
}

/** Returns names by id, of people who work or worked in the present practice. */
export async function readNames(tx: Tx, people: (string | null)[]): Promise<Map<string, string>> {
  const asked = [...new Set(people.filter((one) => one !== null))]
  const rows = await tx<{ id: string; name: string }[]>`SELECT user_id AS id, name FROM people_named(${asked})`
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Adds to records the names of the actor, the subject and the recipient. */
export async function withNames(tx: Tx, rows: AuditRow[]) {
  const names = await readNames(
    tx,
    rows.flatMap((row) => [row.actorId, row.subjectId, idIn(row.data.to)]),
  )
  const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? null))
  return rows.map((row) => {
    const toName = nameOf(idIn(row.data.to))
    return {
      ...row,
      data: toName === null ? row.data : { ...row.data, toName },
      actorName: nameOf(row.actorId),
      subjectName: nameOf(row.subjectId),
    }
  })
}

const idIn = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Returns who last changed the practice's settings, and when (ms). */
export const readLastChange = (tx: Tx): Promise<{ by: string | null; at: number } | null> =>
  first(tx<{ by: string | null; at: number }[]>`
    SELECT (SELECT name FROM people_named(ARRAY[a.actor_id])) AS by, epoch_ms(a.at) AS at
    FROM audit_event a WHERE a.kind = 'settings_changed' AND NOT a.data->'fields' ? 'signOn' ORDER BY a.id DESC LIMIT 1`)
