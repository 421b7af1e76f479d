import type { SendOutcome } from '../email/email.ts'
import { retryAfterMs } from '../retryAfter.ts'
import type { TwilioRefusal } from './twilioWire.ts'

/** Failures in which nothing can have reached the provider, so that the text may be sent again. */
const neverLeft = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** What a send ended in that got no answer at all. */
export function transportOutcome(error: unknown): SendOutcome {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  if (neverLeft.has(code)) {
    return { outcome: 'later', reason: 'The text provider cannot be reached.', retryAfterMs: null }
  }
  return {
    outcome: 'unknown',
    reason: 'The text provider did not answer, so we cannot tell whether the text went out.',
  }
}

const numberReasons: Record<number, string> = {
  21211: 'this is not a phone number that can get texts',
  21408: 'texts to this country are not switched on',
  21612: 'texts cannot reach this number from our sender',
  21614: 'this is not a mobile number',
}

/** Errors about our own account or sender: nothing is wrong with the text, so it waits until they are repaired. */
const accountErrors = new Set([20003, 20404, 21212, 21603, 21606, 21608, 21703])
const slowDownErrors = new Set([20429, 21611])

/** What a send ended in that the provider refused. */
export function refusalOutcome({ status, code, header }: TwilioRefusal): SendOutcome {
  const failed = (reason: string): SendOutcome => ({ outcome: 'refused', state: 'failed', reason })
  const number = code ?? 0
  if (number === 21610) return { outcome: 'refused', state: 'suppressed', reason: 'stop' }
  if (status === 429 || slowDownErrors.has(number)) {
    return {
      outcome: 'later',
      reason: 'The text provider asks us to slow down.',
      retryAfterMs: retryAfterMs(status, header),
    }
  }
  const numberReason = numberReasons[number]
  if (numberReason) return failed(numberReason)
  if (status === 401 || status === 403 || status === 404 || accountErrors.has(number)) {
    const reason = 'The text provider does not accept our account or sender; an operator must repair it.'
    return { outcome: 'later', reason, retryAfterMs: null }
  }
  if (status >= 500) {
    return { outcome: 'unknown', reason: 'The text provider failed, so we cannot tell whether the text went out.' }
  }
  return failed(number ? `the text provider refused it (error ${number})` : 'the text provider refused it')
}

const deliveryReasons: Record<number, string> = {
  30003: 'the phone is off or out of reach',
  30004: 'the phone or its network blocks our texts',
  30005: 'the number is not in use',
  30006: 'this number cannot get texts',
  30007: 'the network filtered it out',
  30410: 'the network did not answer in time',
}

/** Plain words for staff on why a text did not arrive, by the provider's delivery error. */
export function stateReason(code: number | null): string {
  return deliveryReasons[code ?? 0] ?? numberReasons[code ?? 0] ?? 'the network did not deliver it'
}
