import { createOnboarding, type NewOnboarding } from '../../commands/createOnboarding.ts'
import type { Engine } from '../../commands/engine.ts'
import { type Commands, type Execution, execute, resettle, type Target } from '../../commands/execute.ts'
import { ensureLink, type LinkKeys } from '../../commands/invitations/linkTokens.ts'
import type { Tx } from '../../db/client.ts'
import { writeAttempt, writeProviderId } from '../../db/invitations/messages.ts'
import { type Locked, readFacts } from '../../db/onboardings/facts.ts'
import { NO_DETAILS } from '../../db/onboardings/organisationDetails.ts'
import type { Command } from '../../domain/commands.ts'
import type { Software } from '../../domain/connections/ledgers.ts'
import type { Actor } from '../../domain/events.ts'
import type { MessageFact } from '../../domain/messageFacts.ts'
import { nextMove } from '../../domain/nextMove.ts'
import type { Channel, Facts, Instant } from '../../domain/situation.ts'
import { BOOK_NAMES } from '../../sandbox/ledgers/books.ts'
import { BLANKS } from './blanks.ts'

export type Contact = { name: string; email: string; phone: string | null }

/** A client at its creation, and the first acts of the people around it. */
export type Script = {
  createdAt: Instant
  kind: 'business' | 'self_employed'
  solutions: string[]
  /** Xero unless said. */
  software?: Software
  contact: Contact | null
  steps: { bank: 'client' | 'skip'; books: 'practice' | 'client' | 'skip' }
  /** True if its practice lets clients say that they share all their banks. */
  asksIfAll?: boolean
  /** True if colleagues act for the practice; else a script does. */
  isByStaff: boolean
  /** Plans acts with `after` and `on`. */
  happens: (life: Life) => unknown
}

type Act = () => unknown
type Planned = { at: Instant; act: Act; isMail: boolean }

/** The parts of a command that a life decides. */
type Acting = Partial<Pick<Target, 'messageId'>> &
  ({ actor?: Actor; command: Command } & Pick<Extract<Execution, { command: Command }>, 'recipient' | 'alongside'>)

const SYSTEM: Actor = { type: 'system', id: null }
/** The time in ms that the workflow takes for a due move, and that a mail takes to be claimed and delivered. */
const MOVE_MS = 180
const CLAIM_MS = 400
const DELIVERY_MS = 2_100

/**
 * The life of one client's onboarding: people's acts at their times, and between them the moves of the workflow. Each is
 * a command of the product on a row whose own clock is moved to the instant, so the result is always possible.
 */
export class Life {
  readonly script: Script
  readonly target: Target
  readonly commands: Commands & { linkKeys: LinkKeys }
  readonly #tx: Tx
  readonly #agenda: Planned[] = []
  readonly #queued = new Set<string>()
  facts: Facts
  /** The present instant of this life. */
  now: Instant
  /** The outcome of this life's mails. `bounced` applies to the next mail only. */
  nextDelivery: 'delivered' | 'bounced' = 'delivered'

  private constructor(tx: Tx, commands: Life['commands'], target: Target, script: Script, { facts, now }: Locked) {
    this.#tx = tx
    this.commands = commands
    this.target = target
    this.script = script
    this.facts = facts
    this.now = now
  }

  /** Creates the client, now; its row can be set back before it lives. Nothing is committed and no engine is called. */
  static async begin(tx: Tx, practiceId: string, linkKeys: LinkKeys, script: Script): Promise<Life> {
    const commands = { db: within(tx), engine: {} as Engine, linkKeys }
    const { kind, solutions, software = 'xero', contact, steps, isByStaff } = script
    const organisation: NewOnboarding['organisation'] = {
      ...NO_DETAILS,
      name: BLANKS.company,
      kind,
      software,
      solutions,
      country: null,
      currency: null,
      contact,
      incomeSources: [],
    }
    const created = await createOnboarding(
      commands,
      practiceId,
      practiceSide(isByStaff),
      {
        organisation,
        invitation: null,
        steps: { ...steps, mapping: 'practice' },
        connectable: ['xero', ...BOOK_NAMES],
        managerId: null,
        access: null,
      },
      async (_, id) => id,
    )
    if (created.result !== 'created') throw new Error(`a life did not begin: ${JSON.stringify(created)}`)
    const onboardingId = String(created.response)
    if (script.asksIfAll) await tx`UPDATE onboarding SET bank_done_when = 'client_says' WHERE id = ${onboardingId}`
    const read = await readFacts(tx, onboardingId)
    if (!read) throw new Error('a life did not begin')
    return new Life(tx, commands, { practiceId, onboardingId }, script, read)
  }

  /** The actor on the practice's side: a colleague or an API key. */
  get staff(): Actor {
    return practiceSide(this.script.isByStaff)
  }

  /** The client who accepted, as actor. */
  get client(): Actor {
    return { type: 'client', id: this.facts.invitation?.acceptedLinkId ?? null }
  }

  /** Plans an act after `ms`. */
  after(ms: number, act: Act): void {
    this.#agenda.push({ at: this.now + Math.max(1, Math.round(ms)), act, isMail: false })
  }

  /** Plans an act at an instant, or at once when it has passed. */
  on(at: Instant, act: Act): void {
    this.after(at - this.now, act)
  }

  /** Lives from the script's beginning until that instant; mails still under way then arrive. */
  async liveUntil(until: Instant): Promise<this> {
    this.now = this.script.createdAt
    this.#take((await readFacts(this.#tx, this.target.onboardingId)) as Locked)
    await this.script.happens(this)
    for (let steps = 0; steps < 2_000; steps += 1) {
      const next = this.#next(({ isMail }) => isMail) ?? this.#next(() => true)
      const move = nextMove(this.facts, this.now)
      const moveAt = move ? Math.max(move.at, this.now) + MOVE_MS : Number.POSITIVE_INFINITY
      // A mail arrives within seconds, before the workflow's next move.
      if (next && (next.isMail || (next.at <= until && next.at <= moveAt))) {
        this.#agenda.splice(this.#agenda.indexOf(next), 1)
        this.now = Math.max(this.now, next.at)
        await next.act()
      } else if (move && moveAt <= until) {
        this.now = moveAt
        await this.do({ actor: SYSTEM, command: COMMAND_OF[move.what] })
      } else {
        await this.#rest(until)
        return this
      }
    }
    throw new Error('a life came to no rest')
  }

  #next(isWanted: (one: Planned) => boolean): Planned | null {
    return this.#agenda.filter(isWanted).reduce<Planned | null>((a, b) => (a === null || b.at < a.at ? b : a), null)
  }

  /** Ends the life at an instant: derives the row's columns as of it. */
  async #rest(until: Instant): Promise<void> {
    this.now = Math.max(this.now, until)
    await this.#moveClock()
    const locked = await readFacts(this.#tx, this.target.onboardingId)
    if (locked) await resettle({ tx: this.#tx, signals: new Map() }, locked, true)
  }

  /** Decides a command now. Returns true if it changed something. */
  do({ actor = this.staff, messageId, ...prepared }: Acting): Promise<boolean> {
    return this.run((commands, target) =>
      execute(commands, messageId ? { ...target, messageId } : target, { actor, ...prepared }),
    )
  }

  /** Runs a command of the product now. Returns true if it changed something. */
  async run(
    command: (commands: Life['commands'], target: Target) => Promise<{ result: string } & Partial<Locked>>,
  ): Promise<boolean> {
    // Sent first and not awaited: the command follows on the same connection.
    const moving = this.#moveClock()
    const [{ result, facts, now }] = await Promise.all([command(this.commands, this.target), moving])
    if (facts && now !== undefined) this.#take({ facts, now })
    return result === 'changed'
  }

  /** Returns the id of the present invitation's live link; creates it if needed. */
  async link(channel: Channel): Promise<string> {
    const { practiceId, onboardingId } = this.target
    const { invitation, instants } = this.facts
    if (!invitation) throw new Error('a link without an invitation')
    const purpose = instants.accepted === null ? 'accept' : 'continue'
    const of = { practiceId, onboardingId, invitationId: invitation.id, channel, purpose } as const
    return (await ensureLink(this.#tx, this.commands.linkKeys, of, this.now)).id
  }

  async #moveClock(): Promise<void> {
    await this.#tx`
      UPDATE onboarding SET clock_offset_ms = ceil(${this.now} - epoch_ms(clock_timestamp()))
      WHERE id = ${this.target.onboardingId}`
  }

  #take({ facts, now }: Pick<Locked, 'facts' | 'now'>): void {
    this.facts = facts
    this.now = Math.max(this.now, now)
    for (const message of facts.messages) {
      if (message.state !== 'queued' || this.#queued.has(message.id)) continue
      this.#queued.add(message.id)
      this.#send(message)
    }
  }

  /** Plans the claim of a message and, once it is claimed, its delivery. */
  #send({ id, channel, purpose, stateAt }: MessageFact): void {
    const isToClient = !purpose.startsWith('staff_')
    const fails = isToClient && this.nextDelivery === 'bounced'
    if (isToClient) this.nextDelivery = 'delivered'
    const provider = channel === 'email' ? 'resend' : 'twilio'
    const report = fails ? FAILURES[channel] : ({ to: 'delivered', reason: null } as const)
    // A request that can be undone leaves later.
    this.#mail(Math.max(0, stateAt - this.now) + CLAIM_MS, async () => {
      const alongside = async (tx: Tx) => {
        const linkId = isToClient ? await this.link(channel) : null
        const recipient = !isToClient ? BLANKS.office : channel === 'email' ? BLANKS.email : BLANKS.phone
        await writeAttempt(tx, id, { recipient, templateVersion: 'history', inputs: {}, linkId })
        await writeProviderId(tx, id, provider, `history-${id}`)
      }
      if (!(await this.do({ messageId: id, actor: SYSTEM, command: { do: 'claim', messageId: id }, alongside }))) return
      const command = { do: 'move_message', messageId: id, ...report } as const
      this.#mail(DELIVERY_MS, () => this.do({ messageId: id, actor: { type: 'provider', id: provider }, command }))
    })
  }

  #mail(ms: number, act: Act): void {
    this.#agenda.push({ at: this.now + ms, act, isMail: true })
  }
}

const practiceSide = (isByStaff: boolean): Actor =>
  isByStaff ? { type: 'staff', id: BLANKS.staff } : { type: 'api_key', id: null }

/** Returns the database as commands use it, inside a transaction that is bound to its practice. */
const within = (tx: Tx): Commands['db'] => ({
  sql: tx as never,
  inPractice: (_, work) => work(tx),
  // The rows count as signalled.
  afterCommit: async () => undefined,
  stamps: { add: () => undefined },
  close: async () => undefined,
})

const FAILURES = {
  email: { to: 'bounced', reason: 'The mailbox does not exist.' },
  sms: { to: 'failed', reason: 'The number is not in service.' },
} as const

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
