import { moveToFailed } from '../../db/connections/sessions.ts'
import { lockOnboarding, readFacts } from '../../db/onboardings/facts.ts'
import { writeStepError } from '../../db/onboardings/onboardings.ts'
import { readIdentity } from '../../db/onboardings/organisations.ts'
import { isOneMore } from '../../domain/connections/severalBanks.ts'
import { decide } from '../../domain/decide/decide.ts'
import type { StepReason } from '../../domain/situation.ts'
import { type Commands, type Execution, execute, type Target } from '../execute.ts'
import { endAtProvider } from './disconnect.ts'
import { endGrant } from './endGrants.ts'
import { ledgerConnection } from './ledgers/ledgerConnection.ts'
import type { Failing, SessionOwner } from './sessionOwner.ts'

/** Returns an onboarding as the owner of sessions. Every move is a command, decided under its lock. */
export function onboardingOwner(commands: Commands, target: Target): SessionOwner {
  const { practiceId, onboardingId } = target
  const fail: SessionOwner['fail'] = async (session, reason, words) => {
    await execute(commands, target, failing(target, session, reason, words))
  }
  return {
    ids: { onboardingId, draftId: null },
    standing: async (tx, start) => {
      const read = await readFacts(tx, onboardingId)
      const decision = read && decide(read.facts, start, read.now)
      return read && { now: read.now, refusal: decision && 'refusal' in decision ? decision.refusal : null }
    },
    lock: (tx) => lockOnboarding(tx, onboardingId),
    expected: (tx) => readIdentity(tx, onboardingId),
    move: (actor, prepare) => execute(commands, target, { actor, prepare: (tx, { now }) => prepare(tx, now) }),
    fail,
    connect: async (providers, session, choice, actor) => {
      const { name } = choice.organisation
      const outcome = await execute(commands, target, ledgerConnection(providers, target, session, choice, actor))
      if (outcome.result === 'changed') {
        const {
          written: [replaced],
        } = outcome
        // The same sign-in holds the new connection, which must not be ended with the old one.
        if (replaced && replaced.signInId !== session.signInId)
          await endAtProvider(commands, providers, target, replaced)
        return { is: 'connected', name, repeated: false }
      }
      if (outcome.result === 'linked_elsewhere') {
        await fail(session, 'already_linked', `${name} is linked to another client.`)
        return { is: 'linked_elsewhere', name }
      }
      await fail(session, 'cancelled', null)
      await endGrant(commands.db, providers, practiceId, session, [choice.organisation])
      return { is: 'ended' }
    },
  }
}

/** Returns the command that ends a session without a connection. Changes nothing if the session has ended. */
export const failing = (
  { onboardingId }: Target,
  session: Failing,
  reason: StepReason,
  words: string | null,
): Execution => ({
  actor: { type: 'provider', id: session.provider },
  prepare: async (tx, { facts, now }) => {
    const { id: sessionId, step, provider } = session
    if (!(await moveToFailed(tx, sessionId, { family: reason, reason: words }, now))) return null
    return {
      command: { do: 'fail_session', sessionId, step, reason, provider },
      // One more bank has no step to say it beside.
      alongside: async () => (isOneMore(facts, step) ? undefined : writeStepError(tx, onboardingId, step, words)),
      movesSessions: true,
    }
  },
})
