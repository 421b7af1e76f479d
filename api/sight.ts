import type { Tx } from '../db/client.ts'
import { CLIENT_THINGS, type ClientThing, keepSeen, type Sight, sees } from '../db/sight.ts'
import { noteListSeen } from '../db/support/looks.ts'
import type { Dependencies } from './dependencies.ts'
import type { Caller } from './endpoint.ts'
import { notFound, Problem } from './problem.ts'
import { isSupport } from './support.ts'

/**
 * What an endpoint is about. One of `CLIENT_THINGS`: that which its `{id}` names. `clients`: many at once, narrowed to
 * those in sight. `self`: whoever calls.
 */
export type About = ClientThing | 'clients' | 'new_client' | 'colleagues' | 'practice' | 'self' | 'support'

/** Returns true for an endpoint whose `{id}` leads to a client. */
export const isOfClient = (about: About): about is ClientThing => CLIENT_THINGS.some((thing) => thing === about)

/** Returns which clients a caller sees by their ids: support, which sees all in lists, those that it said why it opens. */
const sightById = (caller: Caller): Sight =>
  isSupport(caller) ? { of: 'reasoned', personId: caller.actor.id ?? '' } : caller.sight

/** Refuses what the caller does not see, before the handler. A list that support sees is recorded. */
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

/** Throws 404 for a client out of sight. Support is told to say first why it looks: once a client and hour. */
export async function demandSightOf(
  { db }: Dependencies,
  caller: Caller,
  thing: ClientThing,
  id: string,
): Promise<void> {
  const sight = sightById(caller)
  // Whether there is such a thing at all is the handler's to answer.
  if (sight.of === 'all') return
  const isSeen = (by: Sight) => db.inPractice(caller.practiceId, (tx) => sees(tx, by, thing, id))
  if (await isSeen(sight)) return
  if (isSupport(caller) && (await isSeen(caller.sight))) {
    throw new Problem(428, 'reason_required', 'Say why you are looking first.')
  }
  throw notFound()
}

/** Returns those of the onboardings that the caller sees by their ids, in their order. */
export async function keepSeenBy({ db }: Dependencies, caller: Caller, ids: string[]): Promise<string[]> {
  const sight = sightById(caller)
  return sight.of === 'all' ? ids : db.inPractice(caller.practiceId, (tx) => keepSeen(tx, sight, ids))
}

/** Returns how a client is named to the caller: by name only where the caller may see it. */
export async function nameSeenBy(tx: Tx, caller: Caller, { id, name }: { id: string; name: string }): Promise<string> {
  return (await sees(tx, caller.sight, 'organisation', id)) ? name : 'another client'
}
