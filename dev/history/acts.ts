import { randomUUID } from 'node:crypto'
import type { DeclineReason } from '../../domain/commands.ts'
import { type Channel, DAY_MS, type StepReason } from '../../domain/situation.ts'
import type { Account, Bank } from './accounts.ts'
import { idAt } from './ids.ts'
import type { Life } from './life.ts'
import type { Contact, SessionRow } from './recorded.ts'

// The single acts of a life. Each returns true if the rules allow it, or the created row, or null.

export const XERO: Bank = { id: 'xero', name: 'Xero' }
const ACCESS_MS = 90 * DAY_MS

/** Returns the client who accepted, as actor. */
const clientOf = (life: Life) => ({ type: 'client', id: life.facts.invitation?.acceptedLinkId ?? null }) as const

/** The practice invites, or invites again; with `bounces` the first message comes back. */
export function invite(life: Life, channels: Channel[], contact?: Contact, bounces = false): boolean {
  life.fate = bounces ? 'bounced' : 'delivered'
  const command = {
    do: 'invite',
    requestId: randomUUID(),
    channels,
    addressUse: 0,
    nextAllowed: null,
    by: 'staff',
  } as const
  return life.do(command, life.staff, contact ?? life.invitations.at(-1)?.contact)
}

/** The client accepts by the link of this channel and becomes a user; `bankId` is the bank chosen with it. */
export function accept(life: Life, channel: Channel, bankId: string | null): boolean {
  const contact = life.invitations.at(-1)?.contact
  if (life.facts.instants.invited === null || life.facts.instants.accepted !== null) return false
  const link = life.linkFact(channel)
  const address = contact?.email ?? contact?.phone
  const joinsAs = address ? 'business_admin' : null
  if (!life.do({ do: 'accept', link, bankId, joinsAs }, { type: 'client', id: link.id })) return false
  if (address) life.member = { name: contact?.name ?? '', address: address.toLowerCase(), joinedAt: life.now }
  return true
}

/** The client declines on their page. */
export function decline(life: Life, reason: DeclineReason, note: string | null): boolean {
  if (life.facts.invitation === null) return false
  const { id } = life.link(life.facts.invitation.channels[0] ?? 'email')
  const command = { do: 'decline', requestId: randomUUID(), reason, by: 'client' } as const
  if (!life.do(command, { type: 'client', id })) return false
  Object.assign(life, { declineReason: reason, declineNote: note })
  return true
}

/** Starts a session at a bank or the ledger. Returns null when the rules refuse it. */
export function setOut(life: Life, step: 'bank' | 'books', by: SessionRow['openedBy'], of: Bank): SessionRow | null {
  const trip: SessionRow = {
    id: idAt(life.now),
    step,
    institution: of.id,
    institutionName: of.name,
    openedBy: by,
    linkId: by === 'client' ? (life.facts.invitation?.acceptedLinkId ?? null) : null,
    externalId: randomUUID(),
    status: 'pending',
    failure: null,
    failureReason: null,
    createdAt: life.now,
    statusAt: life.now,
  }
  const provider = providerOf(step)
  const institution = step === 'bank' ? of.id : null
  const command = { do: 'start_session', sessionId: trip.id, step, provider, institution } as const
  if (!life.do(command, by === 'client' ? clientOf(life) : life.staff)) return null
  life.sessions.push(trip)
  return trip
}

const providerOf = (step: 'bank' | 'books') => (step === 'bank' ? 'truelayer' : 'xero')

/** The bank reports that it has not decided yet. */
export function wait(life: Life, trip: SessionRow, phase: 'processing' | 'signatory'): boolean {
  const command = { do: 'await_provider', sessionId: trip.id, step: trip.step, phase } as const
  return trip.status === 'pending' && life.do(command, { type: 'provider', id: providerOf(trip.step) })
}

/** The session ends without a connection. */
export function fail(life: Life, trip: SessionRow, reason: StepReason, words: string | null): boolean {
  if (trip.status !== 'pending') return false
  Object.assign(trip, { status: 'failed', statusAt: life.now, failure: reason, failureReason: words })
  const { step } = trip
  const provider = providerOf(step)
  const command = { do: 'fail_session', sessionId: trip.id, step, reason, provider } as const
  if (!life.do(command, { type: 'provider', id: provider })) return false
  if (words) life.stepErrors[step] = words
  return true
}

/** The bank works again, as other clients have shown: the client is asked back, unless they came by themselves. */
export function askBack(life: Life, trip: SessionRow): boolean {
  if (!life.do({ do: 'bank_back', sessionId: trip.id }, { type: 'system', id: null })) return false
  delete life.stepErrors[trip.step]
  return true
}

/** The session ends with accounts and, for a ledger, the organisation's name there. */
export function connect(life: Life, trip: SessionRow, accounts: Account[], tenantName: string | null): boolean {
  if (trip.status !== 'pending') return false
  const { step } = trip
  const connectionId = randomUUID()
  const provider = providerOf(step)
  const sessionId = trip.id
  const command = { do: 'connect', sessionId, step, connectionId, provider, accounts: accounts.length } as const
  Object.assign(trip, { status: 'done', statusAt: life.now })
  if (!life.do(command, trip.openedBy === 'client' ? clientOf(life) : life.staff)) {
    Object.assign(trip, { status: 'failed', failure: 'ended' })
    return false
  }
  delete life.stepErrors[step]
  if (tenantName !== null) life.ledgerName = tenantName
  life.connections.push({
    id: connectionId,
    sessionId,
    kind: step,
    institution: trip.institution,
    institutionName: trip.institutionName,
    externalId: trip.externalId,
    tenantId: tenantName === null ? null : randomUUID(),
    tenantName,
    state: 'connected',
    accessUntil: step === 'bank' ? life.now + ACCESS_MS : null,
    createdAt: life.now,
    endedAt: null,
    accounts: accounts.map((account) => ({ ...account, id: idAt(life.now) })),
  })
  return true
}

/** A colleague matches bank and ledger accounts in order. Accounts for which `unlike` is true get no match. */
export function match(life: Life, unlike: (index: number) => boolean = () => false): boolean {
  const [bank, books] = ['bank', 'books'].map((kind) => life.connections.find((one) => one.kind === kind))
  if (!bank || !books) return false
  const pairs = bank.accounts.map((account, i) => ({
    bankAccountId: account.id,
    ledgerAccountId: unlike(i) ? null : (books.accounts[i]?.id ?? null),
  }))
  const none = pairs.filter((one) => one.ledgerAccountId === null).length
  const command = { do: 'map', requestId: randomUUID(), matched: pairs.length - none, none } as const
  if (!life.do(command, life.staff)) return false
  life.mapping = pairs.map((pair) => ({ ...pair, at: life.now }))
  return true
}
