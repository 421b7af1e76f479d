import { randomUUID } from 'node:crypto'
import { forgetManager, readManaged } from '../../db/onboardings/organisations.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { lockTeam, readColleagues } from '../../db/people/members.ts'
import { type Commands, executeIn, transact, type Unit } from '../execute.ts'
import { assignment } from '../organisations/assignManager.ts'

/** So many clients are written side by side: their statements go to the database together. */
const SIDE_BY_SIDE = 20

/**
 * Gives every client that `from` manages to `to`, each by the ordinary command with its event; one that went to somebody
 * else meanwhile stays there. Nobody looks after erased ones any more. Returns how many were given; the caller holds the
 * team locked and commits.
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
    const batch = managed.slice(at, at + SIDE_BY_SIDE).map(async (onboardingId) => {
      const target = { practiceId, onboardingId }
      const { result } = await executeIn(unit, target, assignment(target, doer.actor, randomUUID(), to, from))
      if (result === 'changed') clients += 1
    })
    await Promise.all(batch)
  }
  await forgetManager(tx, from)
  if (clients > 0) await insertAudit(tx, doer, { kind: 'clients_handed_over', subjectId: from, data: { to, clients } })
  return clients
}

export type HandedOver =
  | { result: 'handed_over'; clients: number }
  | { result: 'not_found' }
  | { result: 'unknown_colleague' }

/** Gives all clients of one colleague to another, who both stay. All of them or none. */
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
