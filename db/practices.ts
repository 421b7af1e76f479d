import type { SetupGuide } from '../domain/fields/setupGuide.ts'
import type { Plan } from '../domain/practice/plans.ts'
import type { PacedStage } from '../domain/rows/overdue.ts'
import type { Tx } from './client.ts'

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
  /** The plan; `business` is an account that is no accounting practice. */
  plan: Plan
  /** The default owner of each step of a new client, or `skip`. */
  defaultBank: 'client' | 'skip'
  defaultBooks: 'practice' | 'client' | 'skip'
  defaultMapping: 'practice' | 'skip'
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

/** Returns the practice of the transaction. Throws if none is set. */
export async function readPractice(tx: Tx): Promise<Practice> {
  const [practice] = await tx<Practice[]>`
    SELECT id, slug, name, country, currency, time_zone AS "timeZone", notification_email AS "notificationEmail",
      postal_address AS "postalAddress", phone, privacy_contact AS "privacyContact", sender_name AS "senderName", reply_to AS "replyTo",
      brand_colour AS "brandColour", logo_id AS "logoId", intake_domain AS "intakeDomain", reason_bank AS "reasonBank",
      reason_books AS "reasonBooks", invite_expiry_days AS "inviteExpiryDays", give_up_days AS "giveUpDays", tells_expired AS "tellsExpired",
      invited_reminder_days AS "invitedReminderDays", accepted_reminder_days AS "acceptedReminderDays", solutions, plan,
      default_bank AS "defaultBank", default_books AS "defaultBooks", default_mapping AS "defaultMapping",
      setup_guide AS "setupGuide", support_access AS "supportAccess", epoch_ms(support_until) AS "supportUntil",
      (SELECT coalesce(json_object_agg(stage, limit_days), '{}') FROM stage_usual) AS "stageLimits",
      second_factor_required AS "secondFactorRequired", first_steps_hidden AS "firstStepsHidden",
      epoch_ms(test_mail_at) AS "testMailAt", settings_version AS version
    FROM practice`
  if (!practice) throw new Error('no practice in this transaction')
  return practice
}

/** The practice's own settings, with their columns. */
const CHOICES = {
  name: 'name',
  country: 'country',
  currency: 'currency',
  timeZone: 'time_zone',
  notificationEmail: 'notification_email',
  postalAddress: 'postal_address',
  phone: 'phone',
  privacyContact: 'privacy_contact',
  senderName: 'sender_name',
  replyTo: 'reply_to',
  brandColour: 'brand_colour',
  reasonBank: 'reason_bank',
  reasonBooks: 'reason_books',
  inviteExpiryDays: 'invite_expiry_days',
  giveUpDays: 'give_up_days',
  tellsExpired: 'tells_expired',
  invitedReminderDays: 'invited_reminder_days',
  acceptedReminderDays: 'accepted_reminder_days',
  solutions: 'solutions',
  defaultBank: 'default_bank',
  defaultBooks: 'default_books',
  defaultMapping: 'default_mapping',
  setupGuide: 'setup_guide',
  secondFactorRequired: 'second_factor_required',
  firstStepsHidden: 'first_steps_hidden',
} as const
export type PracticeChoices = Partial<Pick<Practice, keyof typeof CHOICES>>

/** Locks the practice's settings for the transaction. Returns their version. */
export async function lockChoices(tx: Tx): Promise<number | null> {
  const [row] = await tx<{ version: number }[]>`
    SELECT settings_version AS version FROM practice WHERE id = current_practice() FOR NO KEY UPDATE`
  return row?.version ?? null
}

/** Changes the given settings; others stay. */
export async function updatePractice(tx: Tx, choices: PracticeChoices): Promise<void> {
  const values = Object.entries(choices).map(([name, value]) => [
    CHOICES[name as keyof typeof CHOICES],
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
