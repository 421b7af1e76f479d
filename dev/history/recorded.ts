import type { Actor, EventData, EventKind } from '../../domain/events.ts'
import type { Channel, Instant, MessageFact, StepOwner } from '../../domain/situation.ts'
import type { Account } from './accounts.ts'

// What a life leaves behind: the rows beside its onboarding, as the tables have them.

/** Whom an invitation goes to. */
export type Contact = { name: string; email: string | null; phone: string | null }

export type EventRow = { seq: number; kind: EventKind; key: string; at: Instant; actor: Actor; data: EventData }
export type InvitationRow = {
  id: string
  generation: number
  contact: Contact
  channels: Channel[]
  message: string | null
  inviterName: string | null
  createdAt: Instant
  claimedAt: Instant | null
  acceptedChannel: Channel | null
  acceptedLinkId: string | null
}
export type LinkRow = {
  id: string
  invitationId: string
  generation: number
  channel: Channel
  purpose: 'accept' | 'continue'
  createdAt: Instant
  endedAt: Instant | null
}
export type MessageRow = MessageFact & {
  run: number
  touchN: number | null
  recipient: string | null
  linkId: string | null
  createdAt: Instant
}
export type SessionRow = {
  id: string
  step: 'bank' | 'books'
  institution: string
  institutionName: string
  openedBy: StepOwner
  linkId: string | null
  externalId: string
  status: 'pending' | 'done' | 'failed'
  failure: string | null
  failureReason: string | null
  createdAt: Instant
  statusAt: Instant
}
export type ConnectionRow = {
  id: string
  sessionId: string
  kind: 'bank' | 'books'
  institution: string
  institutionName: string
  externalId: string
  tenantId: string | null
  tenantName: string | null
  state: 'connected' | 'disconnected' | 'replaced'
  accessUntil: Instant | null
  createdAt: Instant
  endedAt: Instant | null
  accounts: (Account & { id: string })[]
}

/** What a client is when it comes: whose, how it is set up, and from when. */
export type Beginning = {
  createdAt: Instant
  kind: 'business' | 'self_employed'
  solutions: string[]
  contact: Contact | null
  steps: { bank: 'client' | 'skip'; books: 'practice' | 'client' | 'skip' }
  /** Nobody is invited as it is added. */
  skipsInvitation: boolean
  /** Who of the practice adds it; null: a script of theirs. */
  by: { id: string; name: string } | null
  windowDays: number
  giveUpDays: number
  /** Of whatever else is the practice's: whose mails go where. */
  notificationEmail: string | null
}
