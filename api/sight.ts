import { type ClientThing, keepSeen, maySeeClientOf } from '../db/access.ts'
import type { Tx } from '../db/client.ts'
import type { Dependencies } from './dependencies.ts'
import type { Caller } from './endpoint.ts'
import { notFound } from './problem.ts'

/** What `{id}` names, by how a path begins. Other paths name nothing of a client. */
const THINGS: Record<string, ClientThing> = {
  onboardings: 'onboarding',
  organisations: 'organisation',
  connections: 'connection',
  drafts: 'draft',
}

/**
 * Whose access rules narrow what is seen: a person of the role Standard. Null for everybody else: admins see every
 * client, support what its practice lets it see, and keys the whole practice.
 */
export const narrowedTo = ({ staff, actor }: Pick<Caller, 'staff' | 'actor'>): string | null =>
  staff?.role === 'standard' ? actor.id : null

/** A client that somebody may not see is not there for him. The one place that asks before anything with an id. */
export async function demandSight({ db }: Dependencies, caller: Caller, path: string, id: unknown): Promise<void> {
  const person = narrowedTo(caller)
  const thing = THINGS[path.split('/')[1] ?? '']
  if (person === null || thing === undefined || typeof id !== 'string') return
  const seen = await db.inPractice(caller.practiceId, (tx) => maySeeClientOf(tx, person, thing, id))
  if (!seen) throw notFound()
}

/** Those of the onboardings that the caller may see, in their order. */
export async function keepSeenBy({ db }: Dependencies, caller: Caller, ids: string[]): Promise<Set<string>> {
  const person = narrowedTo(caller)
  if (person === null) return new Set(ids)
  const seen = await db.inPractice(caller.practiceId, (tx) => keepSeen(tx, person, ids))
  return new Set(ids.filter((id) => seen.has(id)))
}

/** How a client is named to the caller: by name only where the caller may see it. */
export async function nameSeenBy(tx: Tx, caller: Caller, { id, name }: { id: string; name: string }): Promise<string> {
  const person = narrowedTo(caller)
  return person === null || (await maySeeClientOf(tx, person, 'organisation', id)) ? name : 'another client'
}
