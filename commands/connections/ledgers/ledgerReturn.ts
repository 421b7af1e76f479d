import { dropGrant, moveSession, readSession, writeGrant } from '../../../db/connections/sessions.ts'
import type { LedgerReturn } from '../../../providers/ledger/ledger.ts'
import { returnedFailure } from '../../../providers/oauth.ts'
import type { Commands } from '../../execute.ts'
import { endGrant } from '../endGrants.ts'
import type { Providers, SessionTarget } from '../sessionOwner.ts'
import { ownerOf } from '../sessions.ts'
import { sealGrant } from './grants.ts'
import { choose, readChoice } from './ledgerChoice.ts'
import { reasonOf, signInAndRead } from './ledgerReach.ts'
import { ask, fail, type LedgerResult, standing } from './ledgerSession.ts'
import { readOffered } from './offered.ts'

/**
 * Handles a return from the ledger: exchanges the code once, and connects if no question is left. A return after the
 * onboarding ended stores nothing and ends the new grant at the ledger.
 */
export async function returnFromLedger(
  commands: Commands,
  providers: Providers,
  target: SessionTarget,
  sessionId: string,
  returned: LedgerReturn | { error: string },
): Promise<LedgerResult> {
  const taken = await takeSession(commands, target, sessionId)
  if (!taken) return { is: 'unknown' }
  const { session, was } = taken
  const ended = was === 'failed' && session.failure === 'ended'
  if (was !== 'pending' && !ended) return standing(commands, providers, target, session)
  if ('error' in returned) {
    if (ended) return { is: 'ended' }
    const name = session.provider
    const label = providers.ledgers.find(name)?.label ?? name
    return fail(commands, target, session, ...reasonOf(returnedFailure({ name, label }, returned.error)))
  }
  const { db } = commands
  const { practiceId } = target
  const drop = () => db.inPractice(practiceId, (tx) => dropGrant(tx, session.id))
  let read: Awaited<ReturnType<typeof signInAndRead>>
  try {
    read = await signInAndRead(db, providers, practiceId, session, returned)
  } catch (error) {
    await drop()
    if (ended) return { is: 'ended' }
    return fail(commands, target, session, ...reasonOf(error))
  }
  const { signIn, found } = read
  const owner = ownerOf(commands, target)
  if (owner.takeOver) {
    if (!ended && (await owner.takeOver(providers, session, signIn, found)))
      return { is: 'connected', name: null, repeated: false }
    await drop()
    return { is: 'ended' }
  }
  const { reached, choice } = await db.inPractice(practiceId, async (tx) => {
    const offered = await readOffered(tx, session, found)
    if (ended || offered.length === 0) return { reached: offered, choice: null }
    await writeGrant(tx, session.id, sealGrant(providers.sealer, session.id, { reached: offered, chosen: null }))
    return { reached: offered, choice: await readChoice(tx, owner, session.id) }
  })
  if (ended) {
    await endGrant(db, providers, practiceId, { ...signIn, id: session.id }, reached)
    await drop()
    return { is: 'ended' }
  }
  const [only] = reached
  if (!only || !choice) {
    await drop()
    return fail(commands, target, session, 'nothing_chosen', 'No organisation was chosen.')
  }
  if (reached.length === 1) return choose(commands, providers, target, { ...choice, signIn }, only.tenantId, false)
  return ask(commands, providers, target, session, 'choose_organisation', { is: 'choose', reached })
}

/** Takes a session for its return. Only the first return moves it on and may exchange the code. */
async function takeSession(commands: Commands, target: SessionTarget, sessionId: string) {
  return commands.db.inPractice(target.practiceId, async (tx) => {
    await ownerOf(commands, target).lock(tx)
    const session = await readSession(tx, sessionId)
    if (!session) return null
    if (session.status === 'pending') await moveSession(tx, sessionId, ['pending'], 'exchanging', Date.now())
    return { session, was: session.status }
  })
}
