import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/createActivities.ts'
import { detailsOf, moveWords } from '../domain/engineWords.ts'
import { isOver, type Move, nextMove } from '../domain/nextMove.ts'
import { isSituation, type Situation } from '../domain/situation.ts'
import { carriedBy, type OnboardingInput, SITUATION_CHANGED } from './contract.ts'

// SQL steps. An attempt that waits longer than the threshold becomes a timer, so that an outage freezes nothing.
const database = proxyLocalActivities<Activities>({
  startToCloseTimeout: '5s',
  localRetryThreshold: '5s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '1m' },
})
// Calls to banks and ledgers: bounded, so that one that is gone for good holds nothing up.
const provider = proxyActivities<Activities>({
  startToCloseTimeout: '1m',
  heartbeatTimeout: '5s',
  scheduleToCloseTimeout: '1d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10m', nonRetryableErrorTypes: ['NotFound'] },
})
// Sends: within the 24 h for which the mail provider remembers a key.
const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' } as const
const send = { startToCloseTimeout: '30s', heartbeatTimeout: '5s', scheduleToCloseTimeout: '20h', retry } as const

/**
 * One run of one onboarding: creates the organisation, sends what is due, waits for the client, the bank and the books,
 * and completes. The row decides everything; this only keeps time and order, and can be started at any point of it.
 * A cancellation requested at the engine therefore changes nothing.
 */
export const onboarding = (input: OnboardingInput) => CancellationScope.nonCancellable(() => carryThrough(input))

async function carryThrough({ onboardingId, run }: OnboardingInput): Promise<void> {
  const args = [onboardingId, run] as [string, number]
  let situation: Situation & { reference?: string | null } = await database.createOrganisation(...args)
  const { reference } = situation
  setHandler(defineSignal<[Situation]>(SITUATION_CHANGED), (told) => {
    if (isSituation(told) && told.seq > situation.seq) situation = told
  })
  /** What an activity read is at least as new as what is known at the same `seq`. */
  const learn = (read: Situation) => {
    if (isSituation(read) && read.seq >= situation.seq) situation = read
  }
  // What became due together goes together: each send costs three events.
  const sends = new Map<string, Promise<unknown>>()
  const sendDue = () => {
    if (situation.run !== run) return
    for (const channel of ['email', 'sms'] as const) {
      const due = situation.due.filter((one) => one.channel === channel && !sends.has(one.id))
      if (due.length === 0) continue
      const ids = due.map(({ id }) => id)
      const sending = proxyActivities<Activities>({ ...send, ...carriedBy(channel, due) }).deliver(...args, ids)
      const ended = sending.then(learn, async () => learn(await database.abandonSend(...args, ids)))
      for (const id of ids) sends.set(id, ended)
      // What is due again, or still as the provider never took it in all that time, is sent again.
      ended.finally(() => ids.map((id) => sends.delete(id)))
    }
  }
  const doMove = ({ what }: Move, options = { summary: moveWords({ what }, situation) }): Promise<Situation> =>
    what === 'settleBank' || what === 'cleanUp'
      ? provider[what].executeWithOptions(options, args).catch(() => database.createOrganisation(...args))
      : database[what].executeWithOptions(options, args)

  // A timer that rings before the next move stays: setting it anew at every fact would cost two events each time.
  const timers = new Set<number>()
  const ringAt = ({ what, at }: Move) => {
    if (Math.min(...timers) <= at) return
    timers.add(at)
    sleep(at - Date.now(), { summary: moveWords({ what }, situation) }).then(() => timers.delete(at))
  }

  while (situation.run === run && !isOver(situation) && !workflowInfo().continueAsNewSuggested) {
    sendDue()
    const [known, move] = [situation, nextMove(situation, Date.now())]
    setCurrentDetails(detailsOf(situation, reference, move))
    if (move && move.at <= Date.now()) {
      learn(await doMove(move))
      // Not due by the database's clock, which is far behind: no reason to ask all the time.
      if (situation.seq === known.seq && nextMove(situation, Date.now())?.at === move.at) await sleep('10s')
    } else {
      if (move) ringAt(move)
      const set = timers.size
      await condition(() => situation !== known || timers.size < set)
    }
  }

  setCurrentDetails(detailsOf(situation, reference, null))
  for (sendDue(); sends.size > 0; sendDue()) await Promise.allSettled(sends.values())
  if (situation.run === run && !isOver(situation)) await continueAsNew<typeof onboarding>({ onboardingId, run })
}
