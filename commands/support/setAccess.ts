import type { Tx } from '../../db/client.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { lockTeam } from '../../db/people/members.ts'
import { type Practice, updateSupportAccess } from '../../db/practices.ts'
import { answerAsks } from '../../db/support/asks.ts'
import { HOUR_MS } from '../../domain/situation.ts'

/**
 * Sets a practice's access rule for support; with `on_request`, `hours` from now or null for none now. Answers
 * support's open requests.
 */
export async function setAccess(
  tx: Tx,
  doer: Doer,
  { access, hours }: { access: Practice['supportAccess']; hours: number | null },
): Promise<void> {
  await lockTeam(tx)
  const given = access === 'on_request' ? hours : null
  await updateSupportAccess(tx, access, given === null ? null : given * HOUR_MS)
  await answerAsks(tx, access === 'always' || given !== null)
  await insertAudit(tx, doer, { kind: 'support_access_changed', subjectId: null, data: { access, hours: given } })
}
