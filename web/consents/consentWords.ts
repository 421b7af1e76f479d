import { IconAlertTriangle, IconCircleCheck, IconClock, IconPlugConnectedX } from '@tabler/icons-react'
import type { ConsentView } from '../../domain/consents.ts'
import { DAY_MS } from '../../domain/situation.ts'
import type { Shown } from '../words/states.ts'
import { dateOf, dayOf, sinceOf } from '../words/times.ts'
import type { Consent } from './queries.ts'

export const CONSENT_VIEW_NAMES: Record<ConsentView, string> = {
  act_now: 'Act now',
  next_30_days: 'Next 30 days',
  ended: 'Ended',
  all: 'All',
}

/** The days before its end from which an access is shown as ending. */
const ENDING_MS = 14 * DAY_MS

/** Returns how an access stands: `until 27 Feb` · `ends in 9 days` · `ends Fri 27 Feb` · `ended Tue`. */
export function accessOf({ state, endsAt, situation }: Consent, now: number, zone: string): Shown {
  const end = endsAt === null ? null : Date.parse(endsAt)
  if (state === 'standing' && (end === null || end > now)) {
    const works: Shown = { label: 'no end', icon: IconCircleCheck, tone: 'good' }
    if (end === null) return works
    if (end - now > ENDING_MS) return { ...works, label: `until ${dateOf(end, now, zone)}` }
    if (situation.is === 'unanswered') {
      return { label: `ends ${dayOf(end, now, zone)}`, icon: IconAlertTriangle, tone: 'danger' }
    }
    return { label: `ends in ${Math.ceil((end - now) / DAY_MS)} days`, icon: IconClock, tone: 'warn' }
  }
  const since = end === null ? '' : ` ${sinceOf(end, now, zone)}`
  return { label: `${state === 'stopped' ? 'stopped' : 'ended'}${since}`, icon: IconPlugConnectedX, tone: 'danger' }
}

/** Returns the bank and the number of its accounts: `Northgate, 2`. */
export const bankOf = ({ bank, accounts }: Consent): string => `${bank ?? 'Bank'}, ${accounts}`

/** Returns the client and the bank: `Harbour Bakery Ltd: Northgate`. */
export const nameOf = ({ organisation, bank }: Consent): string => `${organisation.name}: ${bank ?? 'Bank'}`

export const accountsOf = (accounts: number): string => `${accounts} ${accounts === 1 ? 'account' : 'accounts'}`
