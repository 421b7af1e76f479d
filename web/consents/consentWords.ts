import { IconAlertTriangle, IconCircleCheck, IconClock, IconPlugConnectedX } from '@tabler/icons-react'
import { CALL_MS, CONFIRM_MS, type ConsentView } from '../../domain/connections/consents.ts'
import { DAY_MS } from '../../domain/situation.ts'
import type { Shown } from '../words/states.ts'
import { dateOf, dayOf, futureOf, sinceOf } from '../words/times.ts'
import type { Consent } from './queries.ts'

export const CONSENT_VIEW_NAMES: Record<ConsentView, string> = {
  act_now: 'Act now',
  next_30_days: 'Next 30 days',
  ended: 'Ended',
  all: 'All',
}

/** Returns how an access stands: `until 27 Feb` · `ends in 9 days` · `ends Fri 27 Feb` · `ended Tue`. */
export function accessOf({ state, endsAt }: Consent, now: number, zone: string): Shown {
  const end = endsAt === null ? null : Date.parse(endsAt)
  if (state === 'standing' && (end === null || end > now)) {
    const works: Shown = { label: 'no end', icon: IconCircleCheck, tone: 'good' }
    if (end === null) return works
    if (end - now > CONFIRM_MS) return { ...works, label: `until ${dateOf(end, now, zone)}` }
    if (end - now <= CALL_MS) {
      return { label: `ends ${dayOf(end, now, zone)}`, icon: IconAlertTriangle, tone: 'danger' }
    }
    return { label: `ends in ${Math.ceil((end - now) / DAY_MS)} days`, icon: IconClock, tone: 'warn' }
  }
  const since = end === null ? '' : ` ${sinceOf(end, now, zone)}`
  return { label: `${state === 'stopped' ? 'stopped' : 'ended'}${since}`, icon: IconPlugConnectedX, tone: 'danger' }
}

/** Returns what asking came to: `asked Mon · reminder Thu 10:00`, `asked from 12 Feb`; null for nothing. */
export function askingOf({ askedAt, nextAskAt, situation }: Consent, now: number, zone: string): string | null {
  const next = nextAskAt && Date.parse(nextAskAt)
  if (situation.move === null) return next ? `asked from ${dateOf(next, now, zone)}` : null
  const parts = [
    askedAt && `asked ${sinceOf(Date.parse(askedAt), now, zone)}`,
    next && `${askedAt ? 'reminder' : 'asked'} ${futureOf(next, now, zone)}`,
  ]
  return parts.filter(Boolean).join(' · ') || null
}

/** Returns the bank and the number of its accounts: `Northgate, 2`. */
export const bankOf = ({ bank, accounts }: Consent): string => `${bank ?? 'Bank'}, ${accounts}`

/** Returns the client and the bank: `Harbour Bakery Ltd: Northgate`. */
export const nameOf = ({ organisation, bank }: Consent): string => `${organisation.name}: ${bank ?? 'Bank'}`

export const accountsOf = (accounts: number): string => `${accounts} ${accounts === 1 ? 'account' : 'accounts'}`
