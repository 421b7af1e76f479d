import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { DAY_MS } from '../domain/situation.ts'

/** The end of access in days from now (negative: past), and the row that a consent of a test has besides. */
export type GivenConsent = {
  ends?: number | null
  /** When it was lost or stopped, in days from now. */
  ended?: number
  state?: 'connected' | 'lost' | 'disconnected'
  health?: string
  by?: 'client' | 'staff'
  bank?: string
  /** Its provider's id of the bank. */
  institution?: string
  provider?: string
  accounts?: number
  /** The days since the client was asked, and what became of the mail: `null` if none could be sent. */
  asked?: number
  mail?: string | null
  /** True if the client has pressed something on the page since. */
  opened?: boolean
}

const inDays = (days: number | null | undefined) => (days == null ? null : new Date(Date.now() + days * DAY_MS))

/** Returns how many of the instants for asking are over, so many days before the end. */
const askedBefore = (ends: number | null): number => [14, 7, 2, 0, -7].filter((days) => (ends ?? 99) < days).length

/** Writes a bank's connection as a return from the bank leaves it. Returns its id. */
export async function giveConsent(
  owner: postgres.Sql,
  onboardingId: string,
  given: GivenConsent = {},
): Promise<string> {
  const { ends = 60, ended, state = 'connected', health = 'working', by = null } = given
  const { bank = 'Northgate Bank', institution = null, provider = 'truelayer', accounts = 0 } = given
  const { asked, mail = 'delivered', opened = false } = given
  const askedAt = inDays(asked === undefined ? null : -asked)
  const at = inDays(ended)
  const [session] = await owner<{ id: string }[]>`
    INSERT INTO auth_session (practice_id, onboarding_id, step, provider, opened_by, status, status_at, created_at, expires_at)
    SELECT practice_id, id, 'bank', ${provider}, 'client', 'done', now(), now(), now() FROM onboarding
    WHERE id = ${onboardingId} RETURNING id`
  const [row] = await owner<{ id: string }[]>`
    INSERT INTO connection (practice_id, onboarding_id, organisation_id, session_id, kind, provider, institution,
      institution_name, external_id, state, health, health_since, ended_at, ended_by, consent_given_at, access_until, created_at,
      asked_at, asks_made, opened_at)
    SELECT practice_id, id, organisation_id, ${session!.id}, 'bank', ${provider}, ${institution}, ${bank}, ${randomUUID()}, ${state},
      ${health}, ${state === 'disconnected' ? null : at}, ${state === 'disconnected' ? at : null}, ${by},
      now() - interval '30 days', ${inDays(ends)}, now() - interval '30 days', ${askedAt},
      ${askedAt ? askedBefore(ends) : 0},
      ${opened ? askedAt : null} FROM onboarding
    WHERE id = ${onboardingId} RETURNING id`
  if (askedAt && mail) {
    await owner`
      INSERT INTO message (practice_id, onboarding_id, generation, run, purpose, channel, state, state_at, created_at)
      SELECT practice_id, id, generation, run, 'renewal', 'email', ${mail}, ${askedAt}, ${askedAt} FROM onboarding
      WHERE id = ${onboardingId}`
  }
  for (let n = 0; n < accounts; n += 1) {
    await owner`
      INSERT INTO connection_account (practice_id, connection_id, external_id, name, sort_code, account_number)
      SELECT practice_id, id, ${`account ${n}`}, ${n === 0 ? 'Current account' : 'Savings account'}, '123456', ${`3196334${n}`}
      FROM connection WHERE id = ${row!.id}`
  }
  return row!.id
}

/** Makes a client one who was completed 50 days ago, whatever was open. */
export async function completeLongAgo(owner: postgres.Sql, onboardingId: string): Promise<void> {
  await owner`UPDATE onboarding SET provisioned_at = now() - interval '60 days', invited_at = now() - interval '60 days',
    accepted_at = now() - interval '59 days', completed_at = now() - interval '50 days' WHERE id = ${onboardingId}`
  await owner`UPDATE onboarding_step SET done_at = now() - interval '51 days'
    WHERE onboarding_id = ${onboardingId} AND skipped_at IS NULL`
}

/** Writes books that a colleague connected with their own sign-in. */
export async function holdBooks(owner: postgres.Sql, onboardingId: string, personId: string): Promise<void> {
  const id = randomUUID()
  await owner`
    INSERT INTO sign_in (id, practice_id, provider, opened_by, opened_by_person, tokens_sealed, used_at)
    SELECT ${id}, practice_id, 'xero', 'practice', ${personId}, '', now() FROM onboarding WHERE id = ${onboardingId}`
  const [session] = await owner<{ id: string }[]>`
    INSERT INTO auth_session (practice_id, onboarding_id, step, provider, opened_by, status, status_at, created_at, expires_at)
    SELECT practice_id, id, 'books', 'xero', 'practice', 'done', now(), now(), now() FROM onboarding
    WHERE id = ${onboardingId} RETURNING id`
  await owner`
    INSERT INTO connection (practice_id, onboarding_id, organisation_id, session_id, kind, provider, external_id, tenant_id,
      state, consent_given_at, created_at, sign_in_id)
    SELECT practice_id, id, organisation_id, ${session!.id}, 'books', 'xero', ${id}, ${id}, 'connected', now(), now(), ${id}
    FROM onboarding WHERE id = ${onboardingId}`
}
