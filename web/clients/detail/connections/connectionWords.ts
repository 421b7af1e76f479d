import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconHourglass,
  IconPlugConnectedX,
} from '@tabler/icons-react'
import { softwareLabel } from '../../../../domain/connections/ledgers.ts'
import type { Shown } from '../../../words/states.ts'
import { dateOf, pastOf, sinceOf } from '../../../words/times.ts'
import { firstWithin } from '../../verbs/words.ts'
import type { Onboarding } from '../queries.ts'

export type Connection = Onboarding['connections'][number]
type StoppedBank = Onboarding['stoppedBanks'][number]

/** The person and the clock in the words about a connection. `first`: the client's first name, to begin a sentence. */
type Around = { first: string; now: number; zone: string }

export const nameOf = ({ kind, institution, provider }: Connection): string =>
  kind === 'bank' ? (institution ?? 'Bank') : `${softwareLabel(provider)}: ${institution ?? 'organisation'}`

/** Returns who signed in to a ledger, or connected a bank, as far as that is known by name. */
export const signedInBy = ({ signIn, connectedBy }: Connection): string | null => signIn?.by ?? connectedBy

/** Returns how a connection stands, in a sentence with its icon and tone. */
export function healthOf(connection: Connection, around: Around): Shown {
  const { state, health, healthSince, downSince, consent } = connection
  const { now, zone } = around
  if (downSince !== null) {
    const since = sinceOf(Date.parse(downSince), now, zone)
    const label = `${whoOf(connection)} isn’t answering since ${since}. We keep trying; the client isn’t asked.`
    return { label, icon: IconAlertTriangle, tone: 'warn' }
  }
  if (state === 'lost') return lossOf(connection, around)
  // An access that has ended is not waited for, whether or not its bank answers.
  if (hasEnded(connection, now)) return endedOn(consent?.endsAt ?? healthSince, around)
  if (health === 'unanswered') {
    const since = sinceOf(Date.parse(healthSince), now, zone)
    return { label: `Checking with ${whoOf(connection)}, since ${since}`, icon: IconHourglass, tone: 'other' }
  }
  return workingOf(connection, around)
}

/** Returns what asking the client about a bank's access needs; null for a ledger. */
export const askedAbout = (client: Onboarding, { id, institution, consent, downSince }: Connection) =>
  consent && { id, contact: firstWithin(client), bank: institution, situation: consent, downSince }

/** Returns true for a connection that is lost, or whose access has ended by time. */
export const hasEnded = ({ state, consent }: Pick<Connection, 'state' | 'consent'>, now: number): boolean =>
  state === 'lost' || (consent !== null && consent.endsAt !== null && Date.parse(consent.endsAt) <= now)

const endedOn = (at: string, { now, zone }: Around): Shown => ({
  label: `Access ended ${dateOf(Date.parse(at), now, zone)}`,
  icon: IconPlugConnectedX,
  tone: 'danger',
})

function workingOf({ kind, consent, checkedAt }: Connection, { first, now, zone }: Around): Shown {
  const end = consent?.endsAt ? Date.parse(consent.endsAt) : null
  const date = end === null ? '' : dateOf(end, now, zone)
  switch (consent?.is) {
    case 'to_confirm':
      return { label: `Access ends ${date}: ${first} to confirm`, icon: IconClock, tone: 'warn' }
    case 'opened':
      return { label: `Access ends ${date}: ${first} opened it, hasn’t confirmed`, icon: IconClock, tone: 'warn' }
    case 'bounced': {
      const label = `Access ends ${date}: nobody could be asked, correct the address`
      return { label, icon: IconAlertTriangle, tone: 'danger' }
    }
    case 'unanswered':
      return { label: `Access ends ${date}: call ${first}`, icon: IconAlertTriangle, tone: 'danger' }
    case 'working':
    case undefined:
    // Those that are over have words of their own.
    case 'expired':
    case 'expired_long':
    case 'stopped':
    case 'lost': {
      const checked = `${kind === 'bank' ? 'read' : 'checked'} ${pastOf(Date.parse(checkedAt), now, zone)}`
      const until = date && ` · access until ${date}`
      return { label: `Working · ${checked}${until}`, icon: IconCircleCheck, tone: 'good' }
    }
  }
}

function lossOf(connection: Connection, { now, zone }: Around): Shown {
  const { kind, health, healthSince, consent } = connection
  const by = signedInBy(connection)
  const lost = (label: string): Shown => ({ label, icon: IconPlugConnectedX, tone: 'danger' })
  const since = dateOf(Date.parse(consent?.endsAt ?? healthSince), now, zone)
  if (kind === 'bank') {
    if (health === 'expired') return lost(`Access ended ${since}`)
    return lost(`Access ended ${since}: ${health === 'permission' ? 'not allowed any more' : 'stopped at the bank'}`)
  }
  const software = whoOf(connection)
  if (health === 'permission') {
    const whose = by ? `${by}’s sign-in` : 'The sign-in'
    return { label: `${whose} can’t read bank accounts in ${software}`, icon: IconAlertTriangle, tone: 'danger' }
  }
  if (health === 'sign_in_ended') {
    return lost(`${software} signed ${by ?? 'its user'} out. Books can’t be read since ${since}.`)
  }
  return lost(`Embark was taken off this organisation in ${software} on ${since}`)
}

/** Returns how a bank stands that the client stopped. */
export const stoppedWords = ({ stoppedAt }: StoppedBank, { first, now, zone }: Around): Shown => ({
  label: `${first} stopped it on ${dateOf(Date.parse(stoppedAt), now, zone)}`,
  icon: IconCircleX,
  tone: 'warn',
})

const whoOf = ({ kind, provider, institution }: Connection): string =>
  kind === 'bank' ? (institution ?? 'the bank') : softwareLabel(provider)
