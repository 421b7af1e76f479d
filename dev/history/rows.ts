import { describe } from '../../domain/describe.ts'
import { nextMove } from '../../domain/nextMove.ts'
import { DAY_MS, type Instant } from '../../domain/situation.ts'
import { needsStaff } from '../../domain/waiting.ts'
import { type Life, MANAGER } from './life.ts'
import type { MessageRow } from './recorded.ts'
import type { Tables } from './tables.ts'

/** Placeholders for the values that differ between copies of a life; filled in when it is copied (`copies.ts`). */
export const BLANKS = {
  practice: '§practice§',
  manager: MANAGER,
  staff: '§staff§',
  inviter: '§inviter§',
  company: '§company§',
  person: '§person§',
  email: '§email§',
  phone: '§phone§',
  office: '§office§',
  other: '§other§',
} as const
export type Blank = keyof typeof BLANKS

const at = (instant: Instant | null) => (instant === null ? null : new Date(instant))

/** Adds the rows of a life in its present state, as the commands would have left them; except its organisation. */
export function addLife(tables: Tables, life: Life): void {
  const { facts, now } = life
  const onboarding_id = life.id
  const organisation_id = life.organisationId
  addOnboarding(tables, life)
  for (const step of facts.steps) {
    tables.add('onboarding_step', {
      practice_id: BLANKS.practice,
      onboarding_id,
      kind: step.kind,
      owner: step.owner,
      required: step.required,
      opened_at: at(step.openedAt ?? null),
      started_at: at(step.startedAt),
      done_at: at(step.doneAt),
      skipped_at: at(step.skippedAt),
      skipped_because: step.skippedBecause,
      failed_at: at(step.failedAt),
      phase: step.phase,
      reason: step.reason,
      last_error: life.stepErrors[step.kind] ?? null,
    })
  }
  for (const event of life.events) {
    tables.add('event', {
      practice_id: BLANKS.practice,
      onboarding_id,
      seq: event.seq,
      kind: event.kind,
      key: event.key,
      at: at(event.at),
      recorded_at: at(event.at),
      actor_type: event.actor.type,
      actor_id: event.actor.id,
      data: JSON.stringify(event.data),
    })
  }
  addInvitations(tables, life)
  addConnections(tables, life)
  addConversion(tables, life)
  if (life.member) {
    tables.add('joining', {
      organisation_id,
      name: life.member.name,
      address: life.member.address,
      joined_at: at(life.member.joinedAt),
      seen_at: at(Math.min(now, life.member.joinedAt + DAY_MS)),
    })
  }
}

/**
 * Adds the onboarding's row with the columns derived from its facts. Its workflow counts as started and signalled: the
 * reconciler wakes it when something is due.
 */
function addOnboarding(tables: Tables, life: Life): void {
  const { facts, beginning, now } = life
  const { instants, reminded } = facts
  const lastAt = life.events.at(-1)?.at ?? beginning.createdAt
  const described = describe(facts, now)
  const wakeAt = nextMove(facts, now)?.at ?? null
  tables.add('onboarding', {
    id: life.id,
    practice_id: BLANKS.practice,
    organisation_id: life.organisationId,
    created_at: at(instants.created),
    provisioned_at: at(instants.provisioned),
    invited_at: at(instants.invited),
    accepted_at: at(instants.accepted),
    declined_at: at(instants.declined),
    expired_at: at(instants.expired),
    completed_at: at(instants.completed),
    cancelled_at: at(instants.cancelled),
    gave_up_at: at(instants.gaveUp),
    cleaned_at: at(instants.cleaned),
    expires_at: at(facts.expiresAt),
    snoozed_until: at(facts.snoozedUntil),
    last_act_at: at(facts.lastActAt),
    sent_at: at(facts.sentAt),
    cancel_reason: life.cancelReason,
    decline_reason: life.declineReason,
    decline_note: life.declineNote,
    generation: facts.invitation?.generation ?? 0,
    client_series: reminded.client?.series ?? null,
    client_touch_n: reminded.client?.n ?? 0,
    staff_series: reminded.staff?.series ?? null,
    staff_touch_n: reminded.staff?.n ?? 0,
    window_days: beginning.windowDays,
    give_up_days: beginning.giveUpDays,
    run: facts.run,
    fact_seq: facts.seq,
    notified_seq: facts.seq,
    last_fact_at: at(lastAt),
    wake_at: at(wakeAt),
    workflow_started_at: at(instants.created),
    blocked_by: described.blockedBy,
    move: described.move,
    since: at(described.since),
    turns_at: at(described.turns?.at ?? null),
    turns_blocked_by: described.turns?.blockedBy ?? null,
    turns_move: described.turns?.move ?? null,
    also_blocked_by: described.also[0]?.blockedBy ?? null,
    also_move: described.also[0]?.move ?? null,
    turns_also_blocked_by: described.turns?.also?.blockedBy ?? null,
    turns_also_move: described.turns?.also?.move ?? null,
    needs_staff: [described, ...described.also].some(needsStaff),
    updated_at: at(lastAt),
    account_manager_id: BLANKS.manager,
  })
}

function addInvitations(tables: Tables, life: Life): void {
  const onboarding_id = life.id
  for (const invitation of life.invitations) {
    tables.add('invitation', {
      id: invitation.id,
      practice_id: BLANKS.practice,
      onboarding_id,
      generation: invitation.generation,
      name: invitation.contact.name,
      email: invitation.contact.email,
      phone: invitation.contact.phone,
      channels: invitation.channels,
      message: invitation.message,
      inviter_name: invitation.inviterName,
      created_at: at(invitation.createdAt),
      claimed_at: at(invitation.claimedAt),
      accepted_channel: invitation.acceptedChannel,
      accepted_link_id: invitation.acceptedLinkId,
    })
  }
  for (const link of life.links) {
    tables.add('link', {
      id: link.id,
      practice_id: BLANKS.practice,
      onboarding_id,
      invitation_id: link.invitationId,
      channel: link.channel,
      purpose: link.purpose,
      key_id: '§key§',
      // The token of an ended link is unknown.
      token_sha256: `${link.endedAt === null ? '§token§' : '§gone§'}${link.id}`,
      created_at: at(link.createdAt),
      ended_at: at(link.endedAt),
    })
  }
  for (const message of life.messages.values()) addMessage(tables, onboarding_id, message)
}

function addMessage(tables: Tables, onboarding_id: string, message: MessageRow): void {
  const left = message.state !== 'queued' && message.state !== 'withdrawn'
  tables.add('message', {
    id: message.id,
    practice_id: BLANKS.practice,
    onboarding_id,
    generation: message.generation,
    run: message.run,
    purpose: message.purpose,
    channel: message.channel,
    touch_n: message.reminderN,
    touch_last: message.isLastReminder,
    link_id: message.linkId,
    recipient: left ? message.recipient : null,
    template_version: left ? 'history' : null,
    inputs: left ? '{}' : null,
    provider: left ? (message.channel === 'email' ? 'resend' : 'twilio') : null,
    provider_id: left ? `history-${message.id}` : null,
    state: message.state,
    state_at: at(message.stateAt),
    reason: message.reason,
    cause: message.cause ?? null,
    attempts: left ? 1 : 0,
    claimed_at: left ? at(message.createdAt) : null,
    created_at: at(message.createdAt),
  })
}

function addConnections(tables: Tables, life: Life): void {
  const onboarding_id = life.id
  for (const session of life.sessions) {
    tables.add('auth_session', {
      id: session.id,
      practice_id: BLANKS.practice,
      onboarding_id,
      step: session.step,
      provider: session.step === 'bank' ? 'truelayer' : 'xero',
      institution: session.institution,
      institution_name: session.institutionName,
      opened_by: session.openedBy,
      link_id: session.linkId,
      external_id: session.status === 'done' ? session.externalId : null,
      status: session.status,
      status_at: at(session.statusAt),
      failure: session.failure,
      failure_reason: session.failureReason,
      created_at: at(session.createdAt),
      expires_at: at(session.createdAt + DAY_MS),
    })
  }
  for (const connection of life.connections) {
    tables.add('connection', {
      id: connection.id,
      practice_id: BLANKS.practice,
      onboarding_id,
      organisation_id: life.organisationId,
      session_id: connection.sessionId,
      kind: connection.kind,
      provider: connection.kind === 'bank' ? 'truelayer' : 'xero',
      institution: connection.institution,
      institution_name: connection.institutionName,
      external_id: connection.externalId,
      tenant_id: connection.tenantId,
      tenant_name: connection.tenantName,
      state: connection.state,
      consent_given_at: at(connection.createdAt),
      access_until: at(connection.accessUntil && renewed(connection.accessUntil, life.now)),
      created_at: at(connection.createdAt),
      ended_at: at(connection.endedAt),
    })
    for (const account of connection.accounts) {
      tables.add('connection_account', {
        id: account.id,
        practice_id: BLANKS.practice,
        connection_id: connection.id,
        external_id: account.externalId,
        name: account.name,
        holder: account.holder,
        currency: 'GBP',
        sort_code: account.sortCode,
        account_number: account.accountNumber,
        code: account.code,
      })
    }
  }
  for (const { bankAccountId, ledgerAccountId, at: when } of life.mapping) {
    tables.add('account_mapping', {
      practice_id: BLANKS.practice,
      onboarding_id,
      bank_account_id: bankAccountId,
      ledger_account_id: ledgerAccountId,
      at: at(when),
    })
  }
}

const ACCESS_MS = 90 * DAY_MS

/** Extends a consent by whole periods until it ends at least three weeks from now, as if the client had renewed it. */
const renewed = (until: Instant, now: Instant): Instant =>
  until + Math.max(0, Math.ceil((now + 21 * DAY_MS - until) / ACCESS_MS)) * ACCESS_MS

/** Adds the conversion row that the database derives from events when they are inserted one by one. */
function addConversion(tables: Tables, life: Life): void {
  const invited = life.events.find(({ kind, data }) => kind === 'invited' && data.bank !== 'done')
  if (!invited) return
  tables.add('conversion', {
    onboarding_id: life.id,
    practice_id: BLANKS.practice,
    invited_at: at(invited.at),
    bank_at: at(life.events.find(({ kind }) => kind === 'bank_connected')?.at ?? null),
    skipped: invited.data.bank === 'skipped',
    answer: answerOf(life.facts.instants),
  })
}

/** Returns the answer to the invitation that the database derives from events. */
function answerOf({ accepted, cancelled, declined, expired }: Life['facts']['instants']) {
  if (accepted !== null) return 'accepted'
  if (cancelled !== null) return 'cancelled'
  if (declined !== null) return 'declined'
  return expired === null ? null : 'expired'
}
