import type { Actor, EventData, EventKind } from '../../domain/events.ts'
import type { Channel, Instant, MessageFact, StepOwner } from '../../domain/situation.ts'
import type { Account } from './accounts.ts'

// The rows that a life leaves beside its onboarding, in the tables' shape.

/** The recipient of an invitation. */
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
  reminderN: number | null
  isLastReminder: boolean
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

/** A client at its beginning: its setup, creator and instant. */
export type Beginning = {
  createdAt: Instant
  kind: 'business' | 'self_employed'
  solutions: string[]
  contact: Contact | null
  steps: { bank: 'client' | 'skip'; books: 'practice' | 'client' | 'skip' }
  /** True if the client is not invited when it is added. */
  skipsInvitation: boolean
  /** The colleague who adds it; null: a script of the practice. */
  by: { id: string; name: string } | null
  windowDays: number
  giveUpDays: number
  /** The address for the practice's mails; null when it has none. */
  notificationEmail: string | null
}
