import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { forgetManager, readManaged } from '../../db/onboardings/organisations.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { lockTeam, readColleagues } from '../../db/people/members.ts'
import { type Commands, executeIn, type Target, type Telling, tellSoon } from '../execute.ts'
import { assignment } from '../organisations/assignManager.ts'

/** So many clients are written side by side: their statements go to the database together. */
const SIDE_BY_SIDE = 20

/** What the workflows of clients that were handed over are to hear after the commit. */
export type Tellings = [Target, Telling][]

/**
 * Gives every client that `from` manages to `to`, each by the ordinary command with its event; one that went to somebody
 * else meanwhile stays there. Nobody looks after erased ones any more. Answers how many were given; the caller holds the
 * team locked, commits and tells.
 */
export async function handOverIn(
  tx: Tx,
  practiceId: string,
  doer: Doer,
  from: string,
  to: string | null,
): Promise<{ clients: number; tellings: Tellings }> {
  const managed = await readManaged(tx, from)
  const tellings: Tellings = []
  let clients = 0
  for (let at = 0; at < managed.length; at += SIDE_BY_SIDE) {
    const batch = managed.slice(at, at + SIDE_BY_SIDE).map(async (onboardingId) => {
      const target = { practiceId, onboardingId }
      const { outcome, tell } = await executeIn(tx, target, assignment(target, doer.actor, randomUUID(), to, from))
      if (outcome.result === 'changed') clients += 1
      if (tell) tellings.push([target, tell])
    })
    await Promise.all(batch)
  }
  await forgetManager(tx, from)
  if (clients > 0) await insertAudit(tx, doer, { kind: 'clients_handed_over', subjectId: from, data: { to, clients } })
  return { clients, tellings }
}

/** Nobody waits for the engine: what it is not told at once the reconciler tells it. */
export async function tellAll(commands: Commands, tellings: Tellings): Promise<void> {
  for (const [target, telling] of tellings) await tellSoon(commands, target, telling)
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
  const { handed, tellings } = await commands.db.inPractice(practiceId, async (tx) => {
    await lockTeam(tx)
    const team = (await readColleagues(tx)).map(({ userId }) => userId)
    const none = (handed: HandedOver) => ({ handed, tellings: [] as Tellings })
    if (!team.includes(from)) return none({ result: 'not_found' })
    if (!team.includes(to) || to === from) return none({ result: 'unknown_colleague' })
    const { clients, tellings } = await handOverIn(tx, practiceId, doer, from, to)
    return { handed: { result: 'handed_over', clients } as HandedOver, tellings }
  })
  await commands.db.afterCommit(async () => void tellAll(commands, tellings))
  return handed
}
