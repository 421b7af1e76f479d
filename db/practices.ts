import type { Software } from '../domain/connections/ledgers.ts'
import type { BankDoneWhen } from '../domain/connections/severalBanks.ts'
import type { SetupGuide } from '../domain/fields/setupGuide.ts'
import { SETTING_WORDS, type Setting } from '../domain/practice/auditWords.ts'
import type { Plan } from '../domain/practice/plans.ts'
import type { PacedStage } from '../domain/rows/overdue.ts'
import type { Tx } from './client.ts'
import { columnOf, selected } from './columns.ts'

/** A practice as pages, mails and commands need it. */
export type Practice = {
  id: string
  slug: string
  name: string
  country: string
  currency: string
  timeZone: string
  notificationEmail: string | null
  postalAddress: string | null
  phone: string | null
  /** The person who answers for personal data. */
  privacyContact: string | null
  senderName: string | null
  replyTo: string | null
  brandColour: string | null
  /** The picture shown instead of its name. */
  logoId: string | null
  intakeDomain: string | null
  reasonBank: string | null
  reasonBooks: string | null
  inviteExpiryDays: number
  giveUpDays: number
  /** True if clients get a mail when their link has expired. */
  tellsExpired: boolean
  /** The days of reminders after the invitation and after accepting; null for the default days. */
  invitedReminderDays: number[] | null
  acceptedReminderDays: number[] | null
  solutions: string[]
  /** The ledger that new clients are added with, unless another is chosen; null for none. */
  usualSoftware: Software | null
  /** The plan; `business` is an account that is no accounting practice. */
  plan: Plan
  /** The default owner of each step of a new client, or `skip`. */
  defaultBank: 'client' | 'skip'
  defaultBooks: 'practice' | 'client' | 'skip'
  defaultMapping: 'practice' | 'skip'
  /** The end of the bank step of a new client. */
  bankDoneWhen: BankDoneWhen
  /** True if clients may connect their accounting software at home. */
  clientsConnectBooks: boolean
  /** True if colleagues may confirm what a bank shares for clients who have agreed. */
  confirmForClients: boolean
  setupGuide: SetupGuide | null
  /** The access rule for support, and the end of access on request (ms). */
  supportAccess: 'always' | 'on_request' | 'never'
  supportUntil: number | null
  /** The days in a stage after which a client needs attention; absent or null without a limit. */
  stageLimits: Partial<Record<PacedStage, number | null>>
  /** True if everybody who works there needs a second factor. */
  secondFactorRequired: boolean
  /** True if the list of first things to do is hidden. */
  firstStepsHidden: boolean
  /** The instant (ms) of the last test mail to a member. */
  testMailAt: number | null
  /** The number of changes of its settings. */
  version: number
}

/** The practice's own settings. */
const SETTINGS = Object.keys(SETTING_WORDS) as Setting[]
export type PracticeChoices = Partial<Pick<Practice, Setting>>

/** Returns the practice of the transaction. Throws if none is set. */
export async function readPractice(tx: Tx): Promise<Practice> {
  const [practice] = await tx<Practice[]>`
    SELECT ${selected(tx, SETTINGS)}, id, slug, logo_id AS "logoId", intake_domain AS "intakeDomain", plan,
      support_access AS "supportAccess", epoch_ms(support_until) AS "supportUntil",
      (SELECT coalesce(json_object_agg(stage, limit_days), '{}') FROM stage_usual) AS "stageLimits",
      epoch_ms(test_mail_at) AS "testMailAt", settings_version AS version
    FROM practice`
  if (!practice) throw new Error('no practice in this transaction')
  return practice
}

/** Locks the practice's settings for the transaction. Returns their version. */
export async function lockChoices(tx: Tx): Promise<number | null> {
  const [row] = await tx<{ version: number }[]>`
    SELECT settings_version AS version FROM practice WHERE id = current_practice() FOR NO KEY UPDATE`
  return row?.version ?? null
}

/** Changes the given settings; others stay. */
export async function updatePractice(tx: Tx, choices: PracticeChoices): Promise<void> {
  const values = Object.entries(choices).map(([name, value]) => [
    columnOf(name),
    name === 'setupGuide' && value !== null ? tx.json(value as SetupGuide) : value,
  ])
  if (values.length === 0) return
  await tx`
    UPDATE practice SET ${tx(Object.fromEntries(values))}, settings_version = settings_version + 1
    WHERE id = current_practice()`
}

/** Records that a member has sent a test mail. */
export async function noteTestMail(tx: Tx): Promise<void> {
  await tx`UPDATE practice SET test_mail_at = clock_timestamp() WHERE id = current_practice()`
}

/** Sets the days in a stage after which a client needs attention; null for no limit. Missing stages stay. */
export async function updateStageLimits(tx: Tx, practiceId: string, limits: Practice['stageLimits']): Promise<void> {
  const rows = Object.entries(limits).map(([stage, days]) => ({
    practice_id: practiceId,
    stage,
    limit_days: days ?? null,
  }))
  if (rows.length === 0) return
  await tx`
    INSERT INTO stage_usual ${tx(rows)}
    ON CONFLICT (practice_id, stage) DO UPDATE SET limit_days = excluded.limit_days`
  await tx`UPDATE practice SET settings_version = settings_version + 1 WHERE id = current_practice()`
}

/** Sets the access rule for support; `untilMs`: the length of access on request from now, null for none. */
export async function updateSupportAccess(
  tx: Tx,
  access: Practice['supportAccess'],
  untilMs: number | null,
): Promise<void> {
  await tx`
    UPDATE practice SET support_access = ${access},
      support_until = clock_timestamp() + ${untilMs}::float8 * interval '1 millisecond'
    WHERE id = current_practice()`
}
