import type { BankAsk } from '../../domain/connections/bankAsks.ts'
import type { ConnectionFact } from '../../domain/connections/lostAccess.ts'
import type { MessageFact } from '../../domain/messageFacts.ts'
import {
  DAY_MS,
  type Facts,
  type Instant,
  type Instants,
  type InvitationFact,
  instantsOf,
  REACHED,
  type Reminded,
  type ReminderDays,
  type Step,
} from '../../domain/situation.ts'
import type { Tx } from '../client.ts'
import { columnOf, packed } from '../columns.ts'
import { connectionFacts } from '../connections/consentParts.ts'

/** The facts with the columns that commands need besides. */
export type Locked = {
  facts: Facts
  now: Instant
  notifiedSeq: number
  wakeAt: Instant | null
  started: boolean
  clockOffsetMs: number
}

type Row = Instants & {
  id: string
  now: number
  fact_seq: number
  notified_seq: number
  run: number
  started: boolean
  clock_offset_ms: number
  wake_at: number | null
  expires_at: number | null
  snoozed_until: number | null
  last_act_at: number
  sent_at: number | null
  settle_at: number | null
  reopened_at: number | null
  client_series: string | null
  client_touch_n: number
  staff_series: string | null
  staff_touch_n: number
  window_days: number
  give_up_days: number
  tells_expired: boolean
  bank_done_when: 'client_says' | null
  reminder_days: ReminderDays | null
  zone: string
  has_contact: boolean
  erased: boolean
  asks_renewal: boolean
  connections: ConnectionFact[] | null
  bank_asks: unknown[][] | null
  invitation: unknown[] | null
  steps: unknown[][]
  messages: unknown[][] | null
}

const INVITATION = packed<InvitationFact>({
  id: 'i.id',
  generation: 'i.generation',
  channels: 'i.channels',
  asks: 'i.asks',
  from: 'epoch_ms(coalesce(i.claimed_at, i.created_at))',
  claimed: 'i.claimed_at IS NOT NULL',
  acceptedChannel: 'i.accepted_channel',
  acceptedLinkId: 'i.accepted_link_id',
})

const STEP = packed<Required<Step>>({
  kind: 's.kind',
  owner: 's.owner',
  required: 's.required',
  openedAt: 'epoch_ms(s.opened_at)',
  startedAt: 'epoch_ms(s.started_at)',
  doneAt: 'epoch_ms(s.done_at)',
  skippedAt: 'epoch_ms(s.skipped_at)',
  skippedBecause: 's.skipped_because',
  failedAt: 'epoch_ms(s.failed_at)',
  phase: 's.phase',
  reason: 's.reason',
  way: 's.way',
  saidAllAt: 'epoch_ms(s.said_all_at)',
  isConnected: `EXISTS (SELECT FROM connection c WHERE c.organisation_id = o.organisation_id AND c.kind = s.kind
    AND c.state IN ('connected', 'lost'))`,
})

const BANK_ASK = packed<Required<BankAsk>>({
  id: 'b.id',
  institution: 'b.institution',
  institutionName: 'b.institution_name',
  isAwaited: 'b.is_awaited',
  askedAt: 'epoch_ms(b.asked_at)',
  doneAt: 'epoch_ms(b.done_at)',
  droppedAt: 'epoch_ms(b.dropped_at)',
  stoppedAt: 'epoch_ms(b.stopped_at)',
  tookBack: 'epoch_ms(b.took_back)',
  downSince: `(SELECT epoch_ms(d.since) + o.clock_offset_ms
    FROM bank_outage d WHERE d.institution = b.institution AND d.ended_at IS NULL)`,
  downUntil: `(SELECT epoch_ms(greatest(d.retry_at, clock_timestamp() + interval '5 minutes')) + o.clock_offset_ms
    FROM bank_outage d WHERE d.institution = b.institution AND d.ended_at IS NULL)`,
})

const MESSAGE = packed<MessageFact>({
  id: 'm.id',
  purpose: 'm.purpose',
  channel: 'm.channel',
  state: 'm.state',
  cause: 'm.cause',
  generation: 'm.generation',
  claimed: 'm.claimed_at IS NOT NULL',
  bulk: 'm.bulk',
  stateAt: 'epoch_ms(m.state_at)',
})

/**
 * Locks the row in a separate statement, so that later reads happen under the lock. Returns false if there is no row.
 * The lock excludes other commands but allows rows that refer to the onboarding.
 */
export async function lockOnboarding(tx: Tx, onboardingId: string): Promise<boolean> {
  const rows = await tx`SELECT FROM onboarding WHERE id = ${onboardingId} FOR NO KEY UPDATE`
  return rows.count === 1
}

/**
 * Reads the facts and the row's present time in one query; null if there is no row. Messages are those of the present
 * generation, those that have not left, and the named one.
 */
export async function readFacts(tx: Tx, onboardingId: string, messageId?: string): Promise<Locked | null> {
  const [row] = await tx<Row[]>`${SELECT(tx, messageId)} WHERE o.id = ${onboardingId}`
  return row ? lockedOf(row) : null
}

/**
 * Locks the row and reads the facts, as every command starts; null if there is no row. Both statements are sent
 * together; the second one sees what was committed during the wait.
 */
export async function lockFacts(tx: Tx, onboardingId: string, messageId?: string): Promise<Locked | null> {
  const [, locked] = await Promise.all([lockOnboarding(tx, onboardingId), readFacts(tx, onboardingId, messageId)])
  return locked
}

/** Returns the instant of the next poll of a bank session; null if none is due. */
export async function readSettleAt(tx: Tx, onboardingId: string): Promise<Instant | null> {
  const [row] = await tx<{ at: Instant | null }[]>`
    SELECT epoch_ms(min(next_poll_at)) AS at FROM auth_session
    WHERE onboarding_id = ${onboardingId} AND step = 'bank' AND status = 'pending'`
  return row?.at ?? null
}

/** Returns the same as `readFacts` for many rows in one query, by id. Leaves out unknown ids. */
export async function readManyFacts(tx: Tx, onboardingIds: string[]): Promise<Map<string, Locked>> {
  const rows = await tx<Row[]>`${SELECT(tx)} WHERE o.id = ANY (${onboardingIds})`
  return new Map(rows.map((row) => [row.id, lockedOf(row)]))
}

const SELECTED_INSTANTS = REACHED.map((name) => `epoch_ms(o.${columnOf(name)}_at) AS "${name}"`).join(', ')

const SELECT = (tx: Tx, messageId: string | null = null) => tx`
    SELECT o.id,
      epoch_ms(clock_timestamp()) + o.clock_offset_ms AS now,
      o.fact_seq, o.notified_seq, o.run, o.workflow_started_at IS NOT NULL AS started, epoch_ms(o.wake_at) AS wake_at, o.clock_offset_ms::float8 AS clock_offset_ms,
      epoch_ms(o.created_at) AS created, ${tx.unsafe(SELECTED_INSTANTS)},
      epoch_ms(o.expires_at) AS expires_at,
      epoch_ms(o.snoozed_until) AS snoozed_until, epoch_ms(o.last_act_at) AS last_act_at, epoch_ms(o.sent_at) AS sent_at,
      epoch_ms(o.reopened_at) AS reopened_at,
      o.client_series, o.client_touch_n, o.staff_series, o.staff_touch_n, o.window_days, o.give_up_days,
      o.tells_expired, o.bank_done_when, CASE WHEN num_nonnulls(o.invited_reminder_days, o.accepted_reminder_days) > 0 THEN
        json_build_object('invited', o.invited_reminder_days, 'accepted', o.accepted_reminder_days) END AS reminder_days,
      (SELECT p.time_zone FROM practice p WHERE p.id = o.practice_id) AS zone,
      coalesce(g.contact_email, g.contact_phone) IS NOT NULL AS has_contact, g.erased_at IS NOT NULL AS erased,
      EXISTS (SELECT FROM connection c WHERE c.organisation_id = o.organisation_id AND c.kind = 'bank'
        AND c.state IN ('connected', 'lost') AND c.asked_at IS NOT NULL) AS asks_renewal,
      CASE WHEN o.completed_at IS NOT NULL THEN ${connectionFacts(tx)} END AS connections,
      (SELECT epoch_ms(min(s.next_poll_at)) FROM auth_session s
        WHERE s.onboarding_id = o.id AND s.step = 'bank' AND s.status = 'pending') AS settle_at,
      (SELECT json_agg(${tx.unsafe(BANK_ASK.sql)} ORDER BY b.asked_at, b.id)
        FROM bank_ask b WHERE b.onboarding_id = o.id) AS bank_asks,
      CASE WHEN i.id IS NOT NULL THEN ${tx.unsafe(INVITATION.sql)} END AS invitation,
      (SELECT json_agg(${tx.unsafe(STEP.sql)} ORDER BY array_position('{bank,books,mapping}', s.kind))
        FROM onboarding_step s WHERE s.onboarding_id = o.id) AS steps,
      (SELECT json_agg(${tx.unsafe(MESSAGE.sql)} ORDER BY m.id)
        FROM message m WHERE m.onboarding_id = o.id
          AND (m.generation = o.generation OR m.state IN ('queued', 'sending') OR m.id = ${messageId}::uuid)) AS messages
    FROM onboarding o JOIN organisation g ON g.id = o.organisation_id
      LEFT JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation`

function lockedOf(row: Row): Locked {
  const reminded = (series: string | null, n: number): Reminded => (series === null ? null : { series, n })
  const instants: Instants = instantsOf(row.created)
  for (const name of REACHED) instants[name] = row[name]
  return {
    now: row.now,
    notifiedSeq: row.notified_seq,
    wakeAt: row.wake_at,
    started: row.started,
    clockOffsetMs: row.clock_offset_ms,
    facts: {
      id: row.id,
      seq: row.fact_seq,
      run: row.run,
      instants,
      expiresAt: row.expires_at,
      snoozedUntil: row.snoozed_until,
      lastActAt: row.last_act_at,
      settleAt: row.settle_at,
      reopenedAt: row.reopened_at,
      sentAt: row.sent_at,
      invitation: row.invitation && INVITATION.unpack(row.invitation),
      steps: row.steps.map(STEP.unpack),
      messages: (row.messages ?? []).map(MESSAGE.unpack),
      reminded: {
        client: reminded(row.client_series, row.client_touch_n),
        staff: reminded(row.staff_series, row.staff_touch_n),
      },
      hasContact: row.has_contact,
      ...(row.bank_asks && { bankAsks: row.bank_asks.map(BANK_ASK.unpack) }),
      ...(row.asks_renewal && { asksRenewal: true }),
      ...(row.connections && { connections: row.connections }),
      ...(row.erased && { erased: true }),
      zone: row.zone,
      policy: {
        windowMs: row.window_days * DAY_MS,
        giveUpAfterMs: row.give_up_days * DAY_MS,
        ...(row.tells_expired && { tellsExpired: true }),
        ...(row.bank_done_when && { bankDoneWhen: row.bank_done_when }),
        ...(row.reminder_days && { reminderDays: row.reminder_days }),
      },
    },
  }
}
