import type { Change, Command, LinkFact } from '../../domain/commands.ts'
import { decide } from '../../domain/decide/decide.ts'
import type { Actor } from '../../domain/events.ts'
import { factsAfter } from '../../domain/factsAfter.ts'
import { nextMove } from '../../domain/nextMove.ts'
import type { Channel, Facts, Instant, MessageFact, StepKind } from '../../domain/situation.ts'
import { factsOf } from './beginning.ts'
import { idAt } from './ids.ts'
import type {
  Beginning,
  ConnectionRow,
  Contact,
  EventRow,
  InvitationRow,
  LinkRow,
  MessageRow,
  SessionRow,
} from './recorded.ts'

type Planned = { at: Instant; act: (life: Life) => void; isMail: boolean }

/** Placeholder for the account manager until the life is written. */
export const MANAGER = '§manager§'
const SYSTEM: Actor = { type: 'system', id: null }
/** The time in ms that the workflow takes for a due move, and that a mail takes to be claimed and delivered. */
const MOVE_MS = 180
const CLAIM_MS = 400
const DELIVERY_MS = 2_100

/**
 * The life of one client's onboarding on a clock of its own: people's acts at their times, and between them the
 * workflow's moves. Everything is decided by the product's own rules, so that the result is always possible. All in
 * memory; `rows.ts` writes it.
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
  /** The outcome of this life's mails. `bounced` applies to the next mail only. */
  fate: 'delivered' | 'bounced' = 'delivered'

  constructor(beginning: Beginning) {
    const { createdAt, kind, solutions, skipsInvitation, by } = beginning
    this.beginning = beginning
    this.now = createdAt
    this.id = idAt(createdAt)
    this.organisationId = idAt(createdAt)
    this.facts = factsOf(this.id, beginning)
    const data = { kind, solutions, manager: MANAGER, skipsInvitation, skipsAccess: true }
    const actor: Actor = by ? { type: 'staff', id: by.id } : { type: 'api_key', id: null }
    this.events.push({ seq: 1, kind: 'created', key: '', at: createdAt, actor, data })
  }

  /** The actor on the practice's side: a colleague or an API key. */
  get staff(): Actor {
    return this.beginning.by ? { type: 'staff', id: this.beginning.by.id } : { type: 'api_key', id: null }
  }

  /** Plans an act after `ms`. */
  after(ms: number, act: (life: Life) => void): void {
    this.#agenda.push({ at: this.now + Math.max(1, Math.round(ms)), act, isMail: false })
  }

  /** Plans an act at an instant, or at once when it has passed. */
  on(at: Instant, act: (life: Life) => void): void {
    this.after(at - this.now, act)
  }

  /** Runs the life until that instant; mails still under way then arrive. */
  liveUntil(until: Instant): this {
    for (let steps = 0; steps < 2_000; steps += 1) {
      const next = this.#agenda.reduce<Planned | null>(
        (first, one) => (first === null || one.at < first.at ? one : first),
        null,
      )
      const nextAt = next?.at ?? Number.POSITIVE_INFINITY
      if (next?.isMail && nextAt <= until) {
        // A mail arrives within seconds, before the workflow's next move.
        this.#take(next)
        continue
      }
      const move = nextMove(this.facts, this.now)
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

  /** Decides a command now. Returns true if the rules allow it. */
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
    const { n = null, isLast = false } = change.messages?.find((one) => one.purpose === message.purpose) ?? {}
    this.messages.set(id, {
      ...message,
      id,
      run: after.run,
      reminderN: n,
      isLastReminder: isLast,
      recipient: forStaff
        ? this.beginning.notificationEmail
        : ((message.channel === 'email' ? contact?.email : contact?.phone) ?? null),
      linkId: null,
      createdAt: this.now,
    })
    const arrives = { do: 'move_message', messageId: id, to: 'delivered', reason: null } as const
    // Mails to the practice arrive in one step, because nothing here depends on when they were sent.
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

  /** Returns the live link of the present invitation; creates it if needed. */
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

  /** Returns the link as a fact, for commands of the client who opens it. */
  linkFact(channel: Channel): LinkFact {
    const { id, generation, purpose, endedAt } = this.link(channel)
    return { id, generation, channel, purpose, live: endedAt === null }
  }

  /** Updates the links, invitations and sessions that a change affects. */
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
  touch: { do: 'remind' },
  expire: { do: 'expire' },
  giveUp: { do: 'give_up' },
  complete: { do: 'complete' },
  cleanUp: { do: 'clean_up' },
  // Sessions in this history end by themselves, so no bank is polled.
  settleBank: { do: 'remind' },
} as const satisfies Record<string, Command>
