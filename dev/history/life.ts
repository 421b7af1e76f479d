import { randomBytes } from 'node:crypto'
import type { Change, Command, LinkFact } from '../../domain/commands.ts'
import { decide } from '../../domain/decide.ts'
import type { Actor, EventData, EventKind } from '../../domain/events.ts'
import { factsAfter } from '../../domain/factsAfter.ts'
import { nextMove, situationOf } from '../../domain/nextMove.ts'
import {
  type Channel,
  DAY_MS,
  type Facts,
  type Instant,
  type MessageFact,
  type Step,
  type StepKind,
  type StepOwner,
} from '../../domain/situation.ts'
import type { Account } from './accounts.ts'

/** Drawn many at once: asking for a few at a time costs more than what is done with them. */
let drawn = ''
const DRAWN_AT_ONCE = 32_768
function hexDigits(count: number): string {
  if (drawn.length < count) drawn = randomBytes(DRAWN_AT_ONCE).toString('hex')
  const taken = drawn.slice(0, count)
  drawn = drawn.slice(count)
  return taken
}

/** A time-ordered id of its own instant, as the database makes them. */
export function idAt(at: Instant): string {
  const hex = Math.round(at).toString(16).padStart(12, '0')
  const rest = hexDigits(19)
  const variant = '89ab'[Number.parseInt(rest.slice(0, 1), 16) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${rest.slice(1, 4)}-${variant}${rest.slice(4, 7)}-${rest.slice(7)}`
}

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

type Planned = { at: Instant; act: (life: Life) => void; isMail: boolean }

/** Stands for the account manager until the life is written down. */
export const MANAGER = '§manager§'
const SYSTEM: Actor = { type: 'system', id: null }
/** How long the workflow takes for what is due, and a mail for its way. */
const MOVE_MS = 180
const CLAIM_MS = 400
const DELIVERY_MS = 2_100

/**
 * The life of one client's onboarding, on a clock of its own: people's acts at their times, and between them what the
 * workflow does by itself. Whatever happens is decided by the rules that decide it otherwise, so that nothing stands here
 * that could not have come about. All in memory; `rows.ts` writes it down.
 */
export class Life {
  readonly id: string
  readonly organisationId: string
  readonly beginning: Beginning
  facts: Facts
  /** The present instant of this life. */
  now: Instant
  readonly events: EventRow[] = []
  readonly invitations: InvitationRow[] = []
  readonly links: LinkRow[] = []
  readonly messages = new Map<string, MessageRow>()
  readonly sessions: SessionRow[] = []
  readonly connections: ConnectionRow[] = []
  mapping: { bankAccountId: string; ledgerAccountId: string | null; at: Instant }[] = []
  member: { name: string; address: string; joinedAt: Instant } | null = null
  ledgerName: string | null = null
  cancelReason: string | null = null
  declineReason: string | null = null
  declineNote: string | null = null
  readonly stepErrors: Partial<Record<StepKind, string>> = {}
  readonly #agenda: Planned[] = []
  /** What mails of this life do; the next one only, where it says so. */
  fate: 'delivered' | 'bounced' = 'delivered'

  constructor(beginning: Beginning) {
    const { createdAt, kind, solutions, contact, steps, skipsInvitation, by } = beginning
    this.beginning = beginning
    this.now = createdAt
    this.id = idAt(createdAt)
    this.organisationId = idAt(createdAt)
    const skipsMapping = steps.bank === 'skip' || steps.books === 'skip'
    this.facts = {
      id: this.id,
      seq: 1,
      run: 1,
      instants: {
        created: createdAt,
        provisioned: null,
        invited: null,
        accepted: null,
        declined: null,
        expired: null,
        completed: null,
        cancelled: null,
        gaveUp: null,
        cleaned: null,
      },
      expiresAt: null,
      snoozedUntil: null,
      lastActAt: createdAt,
      settleAt: null,
      sentAt: null,
      invitation: null,
      steps: [
        step('bank', 'client', steps.bank === 'skip' ? 'not_needed' : null, createdAt),
        step(
          'books',
          steps.books === 'client' ? 'client' : 'practice',
          steps.books === 'skip' ? 'not_needed' : null,
          createdAt,
        ),
        step('mapping', 'practice', skipsMapping ? 'nothing_to_do' : null, createdAt),
      ],
      messages: [],
      touched: { client: null, staff: null },
      hasContact: contact !== null,
      policy: { windowMs: beginning.windowDays * DAY_MS, giveUpAfterMs: beginning.giveUpDays * DAY_MS },
    }
    const data = { kind, solutions, manager: MANAGER, skipsInvitation, skipsAccess: true }
    const actor: Actor = by ? { type: 'staff', id: by.id } : { type: 'api_key', id: null }
    this.events.push({ seq: 1, kind: 'created', key: '', at: createdAt, actor, data })
  }

  /** Whoever of the practice acts here. */
  get staff(): Actor {
    return this.beginning.by ? { type: 'staff', id: this.beginning.by.id } : { type: 'api_key', id: null }
  }

  /** Plans what somebody does after so long. */
  after(ms: number, act: (life: Life) => void): void {
    this.#agenda.push({ at: this.now + Math.max(1, Math.round(ms)), act, isMail: false })
  }

  /** Plans what somebody does at that instant, or at once where it is over. */
  on(at: Instant, act: (life: Life) => void): void {
    this.after(at - this.now, act)
  }

  /** Lives on until that instant; mails under way then arrive. */
  liveUntil(until: Instant): this {
    for (let steps = 0; steps < 2_000; steps += 1) {
      const next = this.#agenda.reduce<Planned | null>(
        (first, one) => (first === null || one.at < first.at ? one : first),
        null,
      )
      const nextAt = next?.at ?? Number.POSITIVE_INFINITY
      if (next?.isMail && nextAt <= until) {
        // It is there in seconds, before the workflow has anything else to do.
        this.#take(next)
        continue
      }
      const move = nextMove(situationOf(this.facts, this.now), this.now)
      const moveAt = move ? Math.max(move.at, this.now) + MOVE_MS : Number.POSITIVE_INFINITY
      if (Math.min(moveAt, nextAt) > until) {
        const mail = this.#agenda.filter((one) => one.isMail).sort((a, b) => a.at - b.at)[0]
        if (!mail) {
          this.now = until
          return this
        }
        this.#take(mail)
      } else if (next && nextAt <= moveAt) this.#take(next)
      else if (move) {
        this.now = moveAt
        this.do(COMMAND_OF[move.what], SYSTEM)
      }
    }
    throw new Error('a life came to no rest')
  }

  #take(one: Planned): void {
    this.#agenda.splice(this.#agenda.indexOf(one), 1)
    this.now = Math.max(this.now, one.at)
    one.act(this)
  }

  /** Does it now, if the rules let it. Answers whether they did. */
  do(command: Command, actor: Actor, contact?: Contact): boolean {
    const decision = decide(this.facts, command, this.now)
    if (!('change' in decision)) return false
    const { change } = decision
    const before = this.facts
    const after = factsAfter(before, change, this.now)
    const { event } = change
    this.events.push({ seq: after.seq, kind: event.kind, key: event.key, at: this.now, actor, data: event.data })
    const invitation = change.generation ? this.#invite(after, contact) : after.invitation
    const messages = after.messages.map((message) =>
      message.id === '' ? this.#queue(message, change, after) : message,
    )
    this.facts = { ...after, invitation, messages }
    for (const message of messages) {
      const row = this.messages.get(message.id)
      if (row) Object.assign(row, message)
    }
    this.#keep(change)
    return true
  }

  #invite(after: Facts, contact: Contact | undefined) {
    const { by } = this.beginning
    const to = contact ?? this.invitations.at(-1)?.contact ?? this.beginning.contact
    if (!after.invitation || !to) throw new Error('an invitation without anybody to invite')
    const id = idAt(this.now)
    this.invitations.push({
      id,
      generation: after.invitation.generation,
      contact: to,
      channels: after.invitation.channels,
      message: null,
      inviterName: by?.name ?? null,
      createdAt: this.now,
      claimedAt: null,
      acceptedChannel: null,
      acceptedLinkId: null,
    })
    return { ...after.invitation, id }
  }

  #queue(message: MessageFact, change: Change, after: Facts): MessageFact {
    const id = idAt(this.now)
    const forStaff = message.purpose.startsWith('staff_')
    const contact = this.invitations.at(-1)?.contact
    this.messages.set(id, {
      ...message,
      id,
      run: after.run,
      touchN: change.messages?.find((one) => one.purpose === message.purpose)?.n ?? null,
      recipient: forStaff
        ? this.beginning.notificationEmail
        : ((message.channel === 'email' ? contact?.email : contact?.phone) ?? null),
      linkId: null,
      createdAt: this.now,
    })
    const arrives = { do: 'move_message', messageId: id, to: 'delivered', reason: null } as const
    // Mails to the practice go their way in one step: nothing here hangs on when they left.
    if (forStaff) this.#mail(DELIVERY_MS, () => this.do(arrives, { type: 'provider', id: 'resend' }))
    else this.#send(id, message.channel, arrives)
    return { ...message, id }
  }

  #send(id: string, channel: 'email' | 'sms', arrives: Extract<Command, { do: 'move_message' }>): void {
    const fails = this.fate === 'bounced'
    this.fate = 'delivered'
    this.#mail(CLAIM_MS, () => {
      this.do({ do: 'claim', messageId: id }, SYSTEM)
      const row = this.messages.get(id)
      if (row?.state !== 'sending') return
      row.linkId = this.link(channel).id
      const returns = channel === 'email' ? BOUNCE : UNREACHABLE
      const provider = channel === 'email' ? 'resend' : 'twilio'
      const report = fails ? { ...arrives, ...returns } : arrives
      this.#mail(DELIVERY_MS, () => this.do(report, { type: 'provider', id: provider }))
    })
  }

  #mail(ms: number, act: () => void): void {
    this.#agenda.push({ at: this.now + ms, act, isMail: true })
  }

  /** The live link of the present invitation, made if there is none. */
  link(channel: Channel): LinkRow {
    const invitation = this.invitations.at(-1)
    if (!invitation) throw new Error('a link without an invitation')
    const purpose = this.facts.instants.accepted === null ? 'accept' : 'continue'
    const live = this.links.find(
      (one) =>
        one.endedAt === null &&
        one.invitationId === invitation.id &&
        one.channel === channel &&
        one.purpose === purpose,
    )
    if (live) return live
    const made: LinkRow = {
      id: idAt(this.now),
      invitationId: invitation.id,
      generation: invitation.generation,
      channel,
      purpose,
      createdAt: this.now,
      endedAt: null,
    }
    this.links.push(made)
    return made
  }

  /** The link as whoever opens it comes with it. */
  linkFact(channel: Channel): LinkFact {
    const { id, generation, purpose, endedAt } = this.link(channel)
    return { id, generation, channel, purpose, live: endedAt === null }
  }

  /** The rows beside the row that a change touches. */
  #keep(change: Change): void {
    const { now } = this
    const end = (of: (link: LinkRow) => boolean) => {
      for (const link of this.links) if (link.endedAt === null && of(link)) link.endedAt = now
    }
    if (change.generation) end((link) => link.invitationId !== this.invitations.at(-1)?.id)
    if (change.links === 'end_all') end(() => true)
    const invitation = this.invitations.at(-1)
    if (change.acceptedWith && invitation) {
      const { id, channel } = change.acceptedWith
      Object.assign(invitation, { acceptedChannel: channel, acceptedLinkId: id })
      end((link) => link.purpose === 'accept' && link.id !== id)
      for (const link of this.links) if (link.id === id) link.purpose = 'continue'
    }
    if (change.message?.claims && invitation) invitation.claimedAt = now
    if (change.sessions) {
      for (const session of this.sessions) {
        if (session.status === 'pending' && (change.sessions === 'all' || change.sessions === session.step)) {
          Object.assign(session, { status: 'failed', statusAt: now, failure: 'ended' })
        }
      }
    }
  }
}

const BOUNCE = { to: 'bounced', reason: 'The mailbox does not exist.' } as const
const UNREACHABLE = { to: 'failed', reason: 'The number is not in service.' } as const

const COMMAND_OF = {
  createOrganisation: { do: 'provision' },
  touch: { do: 'touch' },
  expire: { do: 'expire' },
  giveUp: { do: 'give_up' },
  complete: { do: 'complete' },
  cleanUp: { do: 'clean_up' },
  // Sessions here end by themselves: none is looked at.
  settleBank: { do: 'touch' },
} as const satisfies Record<string, Command>

function step(kind: StepKind, owner: StepOwner, skippedBecause: Step['skippedBecause'], createdAt: Instant): Step {
  return {
    kind,
    owner,
    required: true,
    openedAt: null,
    startedAt: null,
    doneAt: null,
    skippedAt: skippedBecause ? createdAt : null,
    skippedBecause,
    failedAt: null,
    phase: null,
    reason: null,
  }
}
