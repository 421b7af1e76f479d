import type { Tx } from '../../db/client.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { lockTeam } from '../../db/people/members.ts'
import { readPractice } from '../../db/practices.ts'
import { type Ask, insertAsk, readAsks } from '../../db/support/asks.ts'
import { DAY_MS } from '../../domain/situation.ts'

/** The time after which an unanswered request of support lapses. */
export const ASK_HOLDS_MS = DAY_MS

export type Asked = { result: 'asked' | 'asked_before'; ask: Ask } | { result: 'given' | 'never' }

/** Records that support asks the practice to be let in, once until it answers, whichever support person asks. */
export async function askForAccess(tx: Tx, doer: Doer, personId: string, now: number): Promise<Asked> {
  await lockTeam(tx)
  const { supportAccess, supportUntil } = await readPractice(tx)
  if (supportAccess === 'never') return { result: 'never' }
  if (supportAccess === 'always' || (supportUntil !== null && supportUntil > now)) return { result: 'given' }
  const [last] = await readAsks(tx, 1)
  if (last && last.answeredAt === null && last.askedAt > now - ASK_HOLDS_MS)
    return { result: 'asked_before', ask: last }
  const ask = await insertAsk(tx, personId)
  await insertAudit(tx, doer, { kind: 'support_asked', subjectId: null })
  return { result: 'asked', ask }
}
