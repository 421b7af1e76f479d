import type { DeliveryReport, SendOutcome, Trouble } from '../email/email.ts'
import { retryAfterMs } from '../retryAfter.ts'
import type { TwilioRefusal } from './twilioWire.ts'

const MINUTE_MS = 60_000
/** The pause after a problem that concerns all texts. */
const REST_MS = 5 * MINUTE_MS
/** The pause after the daily limit, which counts the last 24 hours and so frees up bit by bit. */
const DAY_LIMIT_REST_MS = 60 * MINUTE_MS

/** Network errors after which nothing can have reached the provider, so that the text may be sent again. */
const NEVER_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** Returns the outcome of a send without any answer. */
export function transportOutcome(error: unknown): SendOutcome {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  if (NEVER_LEFT.has(code)) {
    return { outcome: 'later', reason: 'The text provider cannot be reached.', retryAfterMs: null }
  }
  return {
    outcome: 'unknown',
    reason: 'The text provider did not answer, so we cannot tell whether the text went out.',
  }
}

/** Errors about the number: the client must be asked for another one. */
const NUMBER_REASONS: Record<number, string> = {
  21211: 'this is not a phone number that can get texts',
  21265: 'this is not a phone number that can get texts',
  21266: 'this is our own number',
  21268: 'texts to numbers of this kind cost extra and are not sent',
  21614: 'this is not a mobile number',
  21635: 'this is a landline, which gets no texts',
}

/** Problems of our account, sender or settings, by error number, and the pause that each needs. */
const TROUBLES: { codes: number[]; what: string; restMs: number | null }[] = [
  { codes: [20003, 20005, 20008, 20404, 21472, 21608], what: 'our account', restMs: REST_MS },
  {
    codes: [
      21212, 21267, 21606, 21659, 21660, 21661, 21662, 21668, 21701, 21702, 21703, 21704, 21705, 21709, 30034, 30035,
      30037,
    ],
    what: 'our sender',
    restMs: REST_MS,
  },
  // These do not concern texts to other countries, so there is no pause.
  { codes: [21408, 21612, 21657], what: 'our sender for this country', restMs: null },
  { codes: [11205, 21609], what: 'our callback address', restMs: REST_MS },
  { codes: [21602, 21603, 21604, 21617, 21619, 90007], what: 'how this text is made', restMs: null },
]
/** The error of a number that answered STOP. */
const OPTED_OUT = 21610
const STOPPED = { reason: 'the number answered STOP', about: 'opted_out' } as const
const DAY_LIMIT = 63038
const SLOW_DOWN = new Set([20429, 21611, 21730, 60728, 63017])

/** Returns the outcome of a send that the provider refused. */
export function refusalOutcome({ status, code, header }: TwilioRefusal): SendOutcome {
  const number = code ?? 0
  const waitMs = retryAfterMs(status, header)
  if (number === OPTED_OUT) return { outcome: 'refused', state: 'suppressed', ...STOPPED }
  if (number === DAY_LIMIT) {
    const reason = 'The text provider sends no more texts for us today.'
    return later(reason, waitMs, { code: String(DAY_LIMIT), reason, restMs: waitMs ?? DAY_LIMIT_REST_MS })
  }
  if (status === 429 || SLOW_DOWN.has(number)) return later('The text provider asks us to slow down.', waitMs)
  const numberReason = NUMBER_REASONS[number]
  if (numberReason) return { outcome: 'refused', state: 'failed', reason: numberReason }
  const found = TROUBLES.find(({ codes }) => codes.includes(number))
  if (found) return later(...troubled(found.what, number, found.restMs))
  if (status === 401 || status === 403 || status === 404) return later(...troubled('our account', number, REST_MS))
  if (status >= 500) {
    return { outcome: 'unknown', reason: 'The text provider failed, so we cannot tell whether the text went out.' }
  }
  // The provider adds error numbers and changes their meaning: an unknown one does not condemn the number.
  const reason = number ? `the text provider refused it (error ${number})` : 'the text provider refused it'
  return { outcome: 'refused', state: 'suppressed', reason, trouble: { code: String(number), reason, restMs: null } }
}

const later = (reason: string, waitMs: number | null, trouble?: Trouble): SendOutcome => ({
  outcome: 'later',
  reason,
  retryAfterMs: waitMs,
  ...(trouble && { trouble }),
})

function troubled(what: string, code: number, restMs: number | null): [string, number | null, Trouble] {
  const reason = `The text provider does not accept ${what}${code ? ` (error ${code})` : ''}; an operator must mend it.`
  return [reason, null, { code: String(code), reason, restMs }]
}

/** Reasons for which a sent text did not arrive, by delivery error. */
const DELIVERY_REASONS: Record<number, string> = {
  30003: 'the phone is off or out of reach',
  30004: 'the phone or its network blocks our texts',
  30005: 'the number is not in use',
  30006: 'this number cannot get texts',
  30036: 'it could not be delivered in time',
  30410: 'the network did not answer in time',
}

/** Delivery errors about our account or sender: they do not condemn the number. */
const DELIVERY_TROUBLES: Record<number, string> = {
  30002: 'our account at the text provider is suspended',
  30007: 'the network filtered it out',
  30018: 'our sender is not registered with the network',
  30024: 'our sender is not set up with the network',
  30034: 'our sender is not registered with the network',
  30035: 'our sender is being set up with the network',
  30037: 'the text provider sends no texts for us',
  30040: 'our sender is not registered with the network',
  30041: 'our sender is not registered with the network',
  30042: 'our sender is not registered with the network',
  30044: 'our account at the text provider is on trial',
  30045: 'our sender is not set up for this country',
}

/**
 * Returns the outcome of a text that failed with this delivery error: its state, plain words for staff, and the problem
 * that an operator must fix.
 */
export function failedDelivery(code: number | null): Pick<DeliveryReport, 'reason' | 'trouble'> & {
  state: 'failed' | 'suppressed'
  about?: 'opted_out'
} {
  const number = code ?? 0
  if (number === OPTED_OUT) return { state: 'suppressed', ...STOPPED }
  const trouble = DELIVERY_TROUBLES[number]
  if (trouble) {
    const reason = `${trouble}, which says nothing about the number`
    return {
      state: 'suppressed',
      reason,
      trouble: { code: String(number), reason: `A text was lost: ${trouble}.`, restMs: null },
    }
  }
  return {
    state: 'failed',
    reason: DELIVERY_REASONS[number] ?? NUMBER_REASONS[number] ?? 'the network did not deliver it',
  }
}
