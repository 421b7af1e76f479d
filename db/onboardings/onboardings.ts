import type { BankDoneWhen } from '../../domain/connections/severalBanks.ts'
import type { ReminderDays, Step, StepKind } from '../../domain/situation.ts'
import type { Database, Tx } from '../client.ts'

export type NewStep = Pick<Step, 'kind' | 'owner' | 'skippedBecause' | 'way'>

/** Inserts the onboarding with its steps; returns id and creation. The caller inserts the event with `seq` 1. */
export async function insertOnboarding(
  tx: Tx,
  practiceId: string,
  organisationId: string,
  policy: {
    windowDays: number
    giveUpDays: number
    tellsExpired: boolean
    reminderDays: ReminderDays
    bankDoneWhen: BankDoneWhen
  },
  steps: NewStep[],
): Promise<{ id: string; createdAt: number }> {
  const [row] = await tx<{ id: string; created_at: number }[]>`
    INSERT INTO onboarding (practice_id, organisation_id, window_days, give_up_days, tells_expired,
      invited_reminder_days, accepted_reminder_days, bank_done_when, fact_seq, created_at, last_act_at)
    SELECT ${practiceId}, ${organisationId}, ${policy.windowDays}, ${policy.giveUpDays},
      ${policy.tellsExpired}, ${policy.reminderDays.invited}, ${policy.reminderDays.accepted},
      nullif(${policy.bankDoneWhen}, 'first_bank'), 1, now, now
    FROM date_trunc('milliseconds', clock_timestamp()) AS now
    RETURNING id, epoch_ms(created_at) AS created_at`
  if (!row) throw new Error('the onboarding was not inserted')
  const createdAt = new Date(row.created_at)
  await tx`INSERT INTO onboarding_step ${tx(
    steps.map(({ kind, owner, skippedBecause, way = 'connect' }) => ({
      practice_id: practiceId,
      onboarding_id: row.id,
      kind,
      owner,
      skipped_at: skippedBecause ? createdAt : null,
      skipped_because: skippedBecause,
      way,
    })),
  )}`
  return { id: row.id, createdAt: row.created_at }
}

/** Writes the reason of a cancellation. Free text is stored beside the facts, never in the log. */
export async function writeCancelReason(tx: Tx, onboardingId: string, reason: string | null): Promise<void> {
  await tx`UPDATE onboarding SET cancel_reason = ${reason} WHERE id = ${onboardingId}`
}

export async function writeDeclineReason(tx: Tx, onboardingId: string, reason: string, note: string | null) {
  await tx`UPDATE onboarding SET decline_reason = ${reason}, decline_note = ${note} WHERE id = ${onboardingId}`
}

export async function writeSkipReason(
  tx: Tx,
  onboardingId: string,
  kind: StepKind,
  reason: string | null,
): Promise<void> {
  await tx`UPDATE onboarding_step SET skip_reason = ${reason} WHERE onboarding_id = ${onboardingId} AND kind = ${kind}`
}

export async function writeEvidence(tx: Tx, onboardingId: string, kind: StepKind, evidence: string): Promise<void> {
  await tx`UPDATE onboarding_step SET evidence = ${evidence} WHERE onboarding_id = ${onboardingId} AND kind = ${kind}`
}

/** Writes a step's failure in plain words for staff. */
export async function writeStepError(tx: Tx, onboardingId: string, kind: StepKind, error: string | null) {
  await tx`UPDATE onboarding_step SET last_error = ${error}
    WHERE onboarding_id = ${onboardingId} AND kind = ${kind} AND last_error IS DISTINCT FROM ${error}`
}

/** The order in which an organisation's open onboarding comes first, then the last one. */
export const openFirst = (tx: Tx) => tx`num_nonnulls(completed_at, cancelled_at, gave_up_at), created_at DESC`

/** Returns the organisation's open onboarding, else the last one; null if the practice has none. */
export async function findCurrentOnboarding(tx: Tx, organisationId: string): Promise<string | null> {
  const [row] = await tx<{ id: string }[]>`
    SELECT id FROM onboarding WHERE organisation_id = ${organisationId}
    ORDER BY ${openFirst(tx)} LIMIT 1`
  return row?.id ?? null
}

export async function readOrganisationId(tx: Tx, onboardingId: string): Promise<string> {
  const [row] = await tx<{ organisation_id: string }[]>`
    SELECT organisation_id FROM onboarding WHERE id = ${onboardingId}`
  if (!row) throw new Error('no such onboarding')
  return row.organisation_id
}

/** Returns open clients of all practices whose books are set up in another way than their software says. */
export async function findBooksOnOldWay({ sql }: Database, connectable: readonly string[], atMost: number) {
  return sql<{ practiceId: string; onboardingId: string }[]>`
    SELECT practice_id AS "practiceId", onboarding_id AS "onboardingId"
    FROM books_on_old_way(${[...connectable]}, ${atMost})`
}
