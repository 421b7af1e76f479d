import { type ClientThing, keepSeen, maySeeClientOf } from '../db/access.ts'
import type { Tx } from '../db/client.ts'
import { keepReasoned } from '../db/support/looks.ts'
import type { Dependencies } from './dependencies.ts'
import type { Caller } from './endpoint.ts'
import { notFound } from './problem.ts'
import { demandReason, isSupport, noteList } from './support.ts'

/** What `{id}` names, by how a path begins. Other paths name nothing of a client. */
const THINGS: Record<string, ClientThing> = {
  onboardings: 'onboarding',
  organisations: 'organisation',
  connections: 'connection',
  drafts: 'draft',
}
const firstOf = (path: string): string => path.split('/')[1] ?? ''

/** Whether `{id}` in a path names something of a client. */
export const namesClient = ({ path }: { path: string }): boolean => path.includes('{id}') && firstOf(path) in THINGS

/** What is read of many clients at once, by how a path begins. */
const LISTS = ['onboardings', 'reports']

/**
 * Whose access rules narrow what is seen: a person of the role Standard. Null for everybody else: admins see every
 * client, support what its practice lets it see, and keys the whole practice.
 */
export const narrowedTo = ({ staff, actor }: Pick<Caller, 'staff' | 'actor'>): string | null =>
  staff?.role === 'standard' ? actor.id : null

/**
 * A client that somebody may not see is not there for him, and support says first why it looks. The one place that asks
 * before anything with an id.
 */
export async function demandSight(
  deps: Dependencies,
  caller: Caller,
  { method, path }: { method: string; path: string },
  id: unknown,
): Promise<void> {
  const person = narrowedTo(caller)
  const thing = THINGS[firstOf(path)]
  if (thing === undefined || typeof id !== 'string') {
    if (isSupport(caller) && method === 'get' && LISTS.includes(firstOf(path))) await noteList(deps, caller)
    return
  }
  if (isSupport(caller)) return demandReason(deps, caller, thing, id)
  if (person === null) return
  const seen = await deps.db.inPractice(caller.practiceId, (tx) => maySeeClientOf(tx, person, thing, id))
  if (!seen) throw notFound()
}

/** Whether there may be clients in the practice that the caller may not see. */
export const seesSome = (caller: Caller): boolean => narrowedTo(caller) !== null || isSupport(caller)

/** Those of the onboardings that the caller may see, in their order; of support those it has said why it opens. */
export async function keepSeenBy({ db }: Dependencies, caller: Caller, ids: string[]): Promise<Set<string>> {
  const { practiceId, actor } = caller
  const person = narrowedTo(caller)
  if (person === null && !isSupport(caller)) return new Set(ids)
  const seen = await db.inPractice(practiceId, (tx) =>
    person === null ? keepReasoned(tx, actor.id ?? '', ids) : keepSeen(tx, person, ids),
  )
  return new Set(ids.filter((id) => seen.has(id)))
}

/** How a client is named to the caller: by name only where the caller may see it. */
export async function nameSeenBy(tx: Tx, caller: Caller, { id, name }: { id: string; name: string }): Promise<string> {
  const person = narrowedTo(caller)
  return person === null || (await maySeeClientOf(tx, person, 'organisation', id)) ? name : 'another client'
}
