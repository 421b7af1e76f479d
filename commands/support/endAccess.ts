import type { Tx } from '../../db/client.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { lockTeam } from '../../db/people/members.ts'
import { readPractice, updateSupportAccess } from '../../db/practices.ts'

/** Support gives back before its time what it was given on request. What is always given stays the practice's to change. */
export async function endAccess(tx: Tx, doer: Doer, now: number): Promise<void> {
  await lockTeam(tx)
  const { supportAccess, supportUntil } = await readPractice(tx)
  if (supportAccess !== 'on_request' || supportUntil === null || supportUntil <= now) return
  await updateSupportAccess(tx, 'on_request', null)
  await insertAudit(tx, doer, { kind: 'support_ended', subjectId: null })
}
