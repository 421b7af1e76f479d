import { condition, defineSignal, proxyActivities, proxyLocalActivities, setHandler, sleep } from '@temporalio/workflow'
import { MAIL_QUEUE, SITUATION_CHANGED, type SituationChangedArgs } from '../../workflows/contract.ts'
import type { BareActivities } from './activities.ts'
import type { BareInput } from './contract.ts'

const database = proxyLocalActivities<BareActivities>({ startToCloseTimeout: '5s' })
const mail = proxyActivities<BareActivities>({ startToCloseTimeout: '30s', taskQueue: MAIL_QUEUE })

/**
 * The minimum engine work of one happy path: two SQL steps, three sends, three signals, and the timers of the first
 * reminder and of the first bank poll.
 */
export async function bare({ id }: BareInput): Promise<void> {
  let told = 0
  setHandler(defineSignal<SituationChangedArgs>(SITUATION_CHANGED), ({ seq }) => {
    told = seq
  })
  await database.createOrganisation(id)
  const sends = [mail.deliver(id)]
  void sleep('2 days')
  await condition(() => told >= 1)
  void sleep('1 minute')
  await condition(() => told >= 2)
  sends.push(mail.deliver(id))
  await condition(() => told >= 3)
  await database.complete(id)
  sends.push(mail.deliver(id))
  await Promise.all(sends)
}
