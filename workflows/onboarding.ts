import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { Activities } from '../activities/createActivities.ts'
import { isOver, type Move, nextMove } from '../domain/nextMove.ts'
import type { Situation } from '../domain/situation.ts'
import {
  MAIL_QUEUE,
  type OnboardingInput,
  SITUATION_CHANGED,
  type SituationChangedArgs,
  SMS_QUEUE,
} from './contract.ts'

// SQL steps. An attempt that waits longer than the threshold becomes a timer, so that an outage freezes nothing.
const database = proxyLocalActivities<Activities>({
  startToCloseTimeout: '5s',
  localRetryThreshold: '5s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '1m' },
})
// Calls to banks and ledgers: bounded, so that one that is gone for good holds nothing up.
const provider = proxyActivities<Activities>({
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '1d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10m', nonRetryableErrorTypes: ['NotFound'] },
})
// Sends: within the 24 h for which the mail provider remembers a key.
const send = {
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '20h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
} as const
const carriers = {
  email: proxyActivities<Activities>({ ...send, taskQueue: MAIL_QUEUE }),
  sms: proxyActivities<Activities>({ ...send, taskQueue: SMS_QUEUE }),
}

const situationChanged = defineSignal<SituationChangedArgs>(SITUATION_CHANGED)

/**
 * One run of one onboarding: creates the organisation, sends what is due, waits for the client, the bank and the books,
 * and completes. The row decides everything; this only keeps time and order, and can be started at any point of it.
 */
export async function onboarding({ onboardingId, run }: OnboardingInput): Promise<void> {
  let situation: Situation | null = null
  setHandler(situationChanged, (told) => {
    if (situation === null || told.seq > situation.seq) situation = told
  })
  /** What an activity read is at least as new as what is known at the same `seq`. */
  const learn = (read: Situation): Situation => {
    situation = situation === null || read.seq >= situation.seq ? read : situation
    return situation
  }
  const known = (): Situation => situation as Situation

  const sends = new Map<string, Promise<unknown>>()
  const sendDue = () => {
    for (const { id, channel } of known().due) {
      if (sends.has(id)) continue
      const sending = carriers[channel].deliver(onboardingId, run, id).then(learn, async () => {
        learn(await database.abandonSend(onboardingId, run, id))
      })
      sends.set(id, sending)
    }
  }
  const doMove = (what: Move['what']): Promise<Situation> =>
    what === 'settleBank' || what === 'cleanUp'
      ? provider[what](onboardingId, run).catch(() => database.createOrganisation(onboardingId, run))
      : database[what](onboardingId, run)

  learn(await database.createOrganisation(onboardingId, run))
  while (known().run === run && !isOver(known())) {
    sendDue()
    const { seq } = known()
    const move = nextMove(known(), Date.now())
    if (move && move.at <= Date.now()) {
      learn(await doMove(move.what))
    } else {
      const moved = () => known().seq > seq
      await (move ? condition(moved, move.at - Date.now()) : condition(moved))
    }
    if (workflowInfo().continueAsNewSuggested) break
  }

  for (let sent = -1; sent < sends.size; ) {
    sent = sends.size
    if (known().run === run) sendDue()
    await Promise.allSettled(sends.values())
  }
  await condition(allHandlersFinished)
  if (known().run === run && !isOver(known())) await continueAsNew<typeof onboarding>({ onboardingId, run })
}
