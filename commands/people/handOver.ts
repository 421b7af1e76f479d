import { randomUUID } from 'node:crypto'
import { forgetManager, readManaged } from '../../db/onboardings/organisations.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { lockTeam, readColleagues } from '../../db/people/members.ts'
import { type Commands, executeIn, transact, type Unit } from '../execute.ts'
import { assignment } from '../organisations/assignManager.ts'

/** The number of clients written in parallel, so that their statements go to the database together. */
const SIDE_BY_SIDE = 20

/**
 * Assigns every client that `from` manages to `to`, each by the ordinary command with its event. A client that was
 * reassigned meanwhile stays. Erased clients lose their manager. Returns the number assigned. The caller holds the
 * team's lock and commits.
 */
export async function handOverIn(
  unit: Unit,
  practiceId: string,
  doer: Doer,
  from: string,
  to: string | null,
): Promise<number> {
  const { tx } = unit
  const managed = await readManaged(tx, from)
  let clients = 0
  for (let at = 0; at < managed.length; at += SIDE_BY_SIDE) {
    const batch = managed.slice(at, at + SIDE_BY_SIDE).map((onboardingId) => {
      const target = { practiceId, onboardingId }
      return executeIn(unit, target, assignment(target, doer.actor, randomUUID(), to, from))
    })
    clients += (await Promise.all(batch)).filter(({ result }) => result === 'changed').length
  }
  await forgetManager(tx, from)
  if (clients > 0) await insertAudit(tx, doer, { kind: 'clients_handed_over', subjectId: from, data: { to, clients } })
  return clients
}

export type HandedOver =
  | { result: 'handed_over'; clients: number }
  | { result: 'not_found' }
  | { result: 'unknown_colleague' }

/** Assigns all clients of one colleague to another; both stay. All or none. */
export async function handOver(
  commands: Commands,
  practiceId: string,
  doer: Doer,
  from: string,
  to: string,
): Promise<HandedOver> {
  return transact<HandedOver>(commands, practiceId, async (unit) => {
    await lockTeam(unit.tx)
    const team = (await readColleagues(unit.tx)).map(({ userId }) => userId)
    if (!team.includes(from)) return { result: 'not_found' }
    if (!team.includes(to) || to === from) return { result: 'unknown_colleague' }
    return { result: 'handed_over', clients: await handOverIn(unit, practiceId, doer, from, to) }
  })
}
