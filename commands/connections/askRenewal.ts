import type { Tx } from '../../db/client.ts'
import { type Askable, readAskable, writeAsked } from '../../db/connections/renewals.ts'
import type { Actor } from '../../domain/events.ts'
import { askedTogether, asksMadeAt, nextAsk } from '../../domain/renewal.ts'
import type { Instant } from '../../domain/situation.ts'
import { type Commands, type Execution, execute, type Outcome, type Target } from '../execute.ts'

/** A consent that has an end, before which the client can be asked. */
type Ending = Askable & { accessUntil: Instant }

const isEnding = (one: Askable): one is Ending =>
  one.accessUntil !== null && (one.state === 'connected' || one.health === 'expired')

/**
 * Asks the client to confirm a consent whose instant for it has come, together with their other banks that are due within
 * a day. If nobody can be asked, the instant is over all the same.
 */
export async function askWhenDue(commands: Commands, practiceId: string, connectionId: string): Promise<void> {
  const { db } = commands
  const { consents } = await db.inPractice(practiceId, (tx) => readAskable(tx, connectionId))
  const onboardingId = consents.find(({ id }) => id === connectionId)?.onboardingId
  if (!onboardingId) return
  const { result } = await execute(commands, { practiceId, onboardingId }, asking(connectionId, { by: 'clock' }))
  if (result !== 'changed') await db.inPractice(practiceId, (tx) => passInstants(tx, connectionId))
}

/**
 * Asks the client now to confirm what a bank shares, or to share it again after its end, because a colleague wants it.
 * Refused without an address that works. The caller has checked the colleague's right.
 */
export async function askToConfirm(
  commands: Commands,
  target: Target,
  actor: Actor,
  connectionId: string,
  bulk = false,
): Promise<Outcome> {
  return execute<{ result: 'not_found' }>(commands, target, {
    ...asking(connectionId, { by: 'staff', bulk }, target.onboardingId),
    actor,
  })
}

function asking(
  connectionId: string,
  how: { by: 'clock' | 'staff'; bulk?: boolean },
  onboardingId: string | null = null,
): Extract<Execution<{ result: 'not_found' }>, { prepare: unknown }> {
  return {
    actor: { type: 'system', id: null },
    prepare: async (tx) => {
      const { consents, now } = await readAskable(tx, connectionId)
      const wanted = consents.find(({ id }) => id === connectionId)
      if (!wanted || (onboardingId !== null && wanted.onboardingId !== onboardingId)) {
        return { answer: { result: 'not_found' } }
      }
      const due = askedTogether(consents.filter(isEnding), now)
      const isDue = due.some((one) => one === wanted && (nextAsk(one) ?? 0) <= now + CLOCKS_APART_MS)
      if (how.by === 'clock' && !isDue) return null
      const asked = [wanted, ...due.filter((one) => one !== wanted)]
      return {
        command: { do: 'ask_renewal', connectionId, ...how },
        alongside: () => Promise.all(asked.map((one) => pass(tx, one, now, now))),
      }
    },
  }
}

/** The difference between the clocks of engine and database that makes no ask wait for another waking. */
const CLOCKS_APART_MS = 10_000

const pass = (tx: Tx, consent: Askable, now: Instant, askedAt: Instant | null): Promise<void> =>
  writeAsked(tx, consent.id, isEnding(consent) ? asksMadeAt(consent, now) : consent.asksMade, askedAt)

async function passInstants(tx: Tx, connectionId: string): Promise<void> {
  const { consents, now } = await readAskable(tx, connectionId)
  const consent = consents.find(({ id }) => id === connectionId)
  // What its bank's outage holds back is asked afterwards.
  if (consent && !consent.downUntil) await pass(tx, consent, now, null)
}
