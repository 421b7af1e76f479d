import type { Message } from '../messages.ts'
import { plan } from '../resend/send.ts'
import { planStatus } from '../twilio/send.ts'
import type { World } from '../world.ts'

/** Plans a report that is sent at once; returns the delivery's id. */
export function planReport(world: World, message: Message, event: string, wanted: Record<string, unknown>): number {
  const reason = typeof wanted.reason === 'string' && wanted.reason !== '' ? wanted.reason : null
  if (message.channel === 'email') return plan(world, message.id, event, 0, reason)
  const code = Number(wanted.errorCode ?? wanted.ErrorCode)
  return planStatus(world, message.id, event, 0, {
    reason,
    errorCode: Number.isInteger(code) && code > 0 ? code : null,
  })
}
