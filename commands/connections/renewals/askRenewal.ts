import type { Tx } from '../../../db/client.ts'
import { type Askable, readAskable, writeAsked } from '../../../db/connections/renewals.ts'
import type { Idempotency } from '../../../db/idempotency.ts'
import { lockOnboarding } from '../../../db/onboardings/facts.ts'
import { askedTogether, asksMadeAt, type NotAsked, nextAsk, whyNotAsked } from '../../../domain/connections/renewal.ts'
import type { Actor } from '../../../domain/events.ts'
import type { Instant } from '../../../domain/situation.ts'
import { sideBySide } from '../../bulk.ts'
import {
  type Commands,
  type Execution,
  execute,
  executeIn,
  type Outcome,
  preview,
  type Target,
  transact,
  type Unit,
} from '../../execute.ts'
import { underKey } from '../../underKey.ts'

/** A consent that has an end, before which the client can be asked. */
type Ending = Askable & { accessUntil: Instant }

const isEnding = (one: Askable): one is Ending =>
  one.accessUntil !== null && (one.state === 'standing' || (one.state !== 'stopped' && one.health === 'expired'))

/**
 * Asks the client to confirm a consent whose instant for it has come, together with their other banks that are due within
 * a day. If nobody can be asked, the instant is over all the same.
 */
export async function askWhenDue(commands: Commands, practiceId: string, connectionId: string): Promise<void> {
  const { db } = commands
  const { consents } = await db.inPractice(practiceId, (tx) => readAskable(tx, connectionId))
  const onboardingId = consents.find(({ id }) => id === connectionId)?.onboardingId
  if (!onboardingId) return
  const target = { practiceId, onboardingId }
  const { result } = await execute(
    commands,
    target,
    asking((tx) => choose(tx, [connectionId], target), { by: 'clock' }),
  )
  if (result !== 'changed') await db.inPractice(practiceId, (tx) => passInstants(tx, connectionId))
}

/**
 * Asks the client now to confirm what a bank shares, or to share it again after its end, because a colleague wants it.
 * Refused without an address that works. The caller has checked the colleague's right.
 */
export const askToConfirm = (
  commands: Commands,
  target: Target,
  actor: Actor,
  connectionId: string,
): Promise<Outcome> =>
  execute<{ result: 'not_found' }>(commands, target, {
    ...asking((tx) => choose(tx, [connectionId], target), { by: 'staff' }),
    actor,
  })

/**
 * The outcome for one bank among many. `done`: its client is asked, by this request or an earlier one with the same key.
 * `not_asked`: it was left out, whatever came of the client's others.
 */
export type AskedBank = {
  id: string
  onboardingId: string
  outcome: Outcome | { result: 'done' } | { result: 'not_asked'; why: NotAsked }
}

/**
 * Asks many clients to confirm banks, each in its own transaction: a client once about all of theirs. With a key, a
 * repeat leaves out those who are asked, also after a request that broke off. `isDryRun`: writes nothing.
 */
export async function askManyToConfirm(
  commands: Commands,
  practiceId: string,
  actor: Actor,
  banksOf: ReadonlyMap<string, string[]>,
  { idempotency, isDryRun }: { idempotency: Idempotency | null; isDryRun: boolean },
): Promise<AskedBank[]> {
  const answers = await sideBySide([...banksOf], async ([onboardingId, ids]): Promise<AskedBank[]> => {
    const target = { practiceId, onboardingId }
    const askingAbout = (choice: Choice) => ({ ...asking(async () => choice, { by: 'staff', bulk: true }), actor })
    const each = (outcome: AskedBank['outcome'], left: Left): AskedBank[] =>
      ids.map((id) => ({ id, onboardingId, outcome: left[id] ? { result: 'not_asked', why: left[id] } : outcome }))
    if (isDryRun) {
      return commands.db.inPractice(practiceId, async (tx) => {
        const choice = await choose(tx, ids, target, true)
        return each((await preview(tx, target, askingAbout(choice))).outcome, choice.left)
      })
    }
    const ofClient = idempotency && { ...idempotency, route: `${idempotency.route} ${onboardingId}` }
    const work = (unit: Unit) =>
      underKey<{ left: Left }, { outcome: Outcome; left: Left }>(unit.tx, practiceId, ofClient, async () => {
        // Chosen under the lock, so that nobody is asked twice by requests at the same time.
        const [, choice] = await Promise.all([
          lockOnboarding(unit.tx, onboardingId),
          choose(unit.tx, ids, target, true),
        ])
        const outcome = await executeIn<{ result: 'not_found' }>(unit, target, askingAbout(choice))
        const { left } = choice
        return outcome.result === 'changed' ? { done: { left } } : { notDone: { outcome, left } }
      })
    // Does not wait for the engine, because many would wait once per client.
    const keyed = await transact(commands, practiceId, work, 0)
    if (keyed.result === 'not_done') return each(keyed.why.outcome, keyed.why.left)
    return each({ result: 'done' }, keyed.result === 'conflict' ? {} : keyed.answer.left)
  })
  return answers.flat()
}

/** The banks that were left out, by id. */
type Left = Record<string, NotAsked>

/** A client's consents, those to ask about, and those that were left out. */
type Choice = Awaited<ReturnType<typeof readAskable>> & { chosen: Askable[]; left: Left }

/** Chooses the banks to ask about. `isOfMany`: many clients are asked, so those are left out who need no asking. */
async function choose(
  tx: Tx,
  ids: readonly string[],
  { onboardingId }: Pick<Target, 'onboardingId'>,
  isOfMany = false,
): Promise<Choice> {
  const { consents, now } = await readAskable(tx, ids[0] ?? '')
  const wanted = consents.filter((one) => ids.includes(one.id) && one.onboardingId === onboardingId)
  const reasons = wanted.map((one) => [one.id, isOfMany ? whyNotAsked(one, now) : null] as const)
  const left: Left = Object.fromEntries(reasons.flatMap(([id, why]) => (why ? [[id, why]] : [])))
  return { consents, now, left, chosen: wanted.filter(({ id, state }) => state !== 'stopped' && !left[id]) }
}

/** Returns the execution that asks about the chosen banks of one client, together with those that are due. */
const asking = (
  choosing: (tx: Tx) => Promise<Choice>,
  how: { by: 'clock' | 'staff'; bulk?: boolean },
): Extract<Execution<{ result: 'not_found' }>, { prepare: unknown }> => ({
  actor: { type: 'system', id: null },
  prepare: async (tx) => {
    const { consents, chosen, now } = await choosing(tx)
    const [first] = chosen
    if (!first) return { answer: { result: 'not_found' } }
    const due = askedTogether(consents.filter(isEnding), now)
    const isDue = due.some((one) => one === first && (nextAsk(one) ?? 0) <= now + CLOCKS_APART_MS)
    if (how.by === 'clock' && !isDue) return null
    const asked = new Set<Askable>([...chosen, ...due])
    return {
      command: { do: 'ask_renewal', connectionId: first.id, asked: [...asked].map(({ id }) => id), ...how },
      alongside: () => Promise.all([...asked].map((one) => pass(tx, one, now, now))),
    }
  },
})

/** The difference between the clocks of engine and database that makes no ask wait for another waking. */
const CLOCKS_APART_MS = 10_000

const pass = (tx: Tx, consent: Askable, now: Instant, askedAt: Instant | null): Promise<void> =>
  writeAsked(tx, consent.id, isEnding(consent) ? asksMadeAt(consent, now) : consent.asksMade, askedAt)

async function passInstants(tx: Tx, connectionId: string): Promise<void> {
  const { consents, now } = await readAskable(tx, connectionId)
  const consent = consents.find(({ id }) => id === connectionId)
  // A request that is held back by the bank's outage is made after it.
  if (consent && !consent.downUntil) await pass(tx, consent, now, null)
}
