import type { Tx } from '../../db/client.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { lockTeam } from '../../db/people/members.ts'
import { readPractice, updateSupportAccess } from '../../db/practices.ts'

/** Ends support's access on request before its time. Only the practice can change access that is always given. */
export async function endAccess(tx: Tx, doer: Doer, now: number): Promise<void> {
  await lockTeam(tx)
  const { supportAccess, supportUntil } = await readPractice(tx)
  if (supportAccess !== 'on_request' || supportUntil === null || supportUntil <= now) return
  await updateSupportAccess(tx, 'on_request', null)
  await insertAudit(tx, doer, { kind: 'support_ended', subjectId: null })
}
