import type { Tx } from '../db/client.ts'
import { CLIENT_THINGS, type ClientThing, keepSeen, type Sight, sees } from '../db/sight.ts'
import { noteListSeen } from '../db/support/visits.ts'
import type { Dependencies } from './dependencies.ts'
import type { Caller } from './endpoint.ts'
import { notFound, Problem } from './problem.ts'
import { isSupport } from './support.ts'

/**
 * The subject of an endpoint. One of `CLIENT_THINGS`: the thing that its `{id}` names. `clients`: many at once, limited
 * to those in sight. `self`: the caller.
 */
export type About = ClientThing | 'clients' | 'new_client' | 'colleagues' | 'practice' | 'self' | 'support'

/** Returns true for an endpoint whose `{id}` leads to a client. */
export const isOfClient = (about: About): about is ClientThing => CLIENT_THINGS.some((thing) => thing === about)

/** Returns the clients a caller may open by id. Support lists all clients, but opens only those with a reason. */
const sightById = (caller: Caller): Sight =>
  isSupport(caller) ? { of: 'reasoned', personId: caller.actor.id ?? '' } : caller.sight

/** Throws a problem, before the handler, for a thing that the caller may not see. Records lists that support reads. */
export async function demandSight(
  deps: Dependencies,
  caller: Caller,
  { about, method }: { about: About; method: string },
  id: unknown,
): Promise<void> {
  if (isOfClient(about)) return demandSightOf(deps, caller, about, String(id))
  if (about !== 'clients' || method !== 'get' || !isSupport(caller)) return
  await deps.db.inPractice(caller.practiceId, (tx) => noteListSeen(tx, caller.actor.id ?? ''))
}

/** Throws 404 for a client out of sight. Support gets 428 first: it must give a reason, once per client and hour. */
export async function demandSightOf(
  { db }: Dependencies,
  caller: Caller,
  thing: ClientThing,
  id: string,
): Promise<void> {
  const sight = sightById(caller)
  // The handler answers when no such thing exists.
  if (sight.of === 'all') return
  const isSeen = (by: Sight) => db.inPractice(caller.practiceId, (tx) => sees(tx, by, thing, id))
  if (await isSeen(sight)) return
  if (isSupport(caller) && (await isSeen(caller.sight))) {
    throw new Problem(428, 'reason_required', 'Say why you are looking first.')
  }
  throw notFound()
}

/** Returns those of the onboardings that the caller may open by id, in the same order. */
export async function keepSeenBy({ db }: Dependencies, caller: Caller, ids: string[]): Promise<string[]> {
  const sight = sightById(caller)
  return sight.of === 'all' ? ids : db.inPractice(caller.practiceId, (tx) => keepSeen(tx, sight, ids))
}

/** Returns a client's name for the caller: the real name only if the caller may see the client. */
export async function nameSeenBy(tx: Tx, caller: Caller, { id, name }: { id: string; name: string }): Promise<string> {
  return (await sees(tx, caller.sight, 'organisation', id)) ? name : 'another client'
}
