import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { DAY_MS } from '../domain/situation.ts'
import { writeConnection } from './writtenConnection.ts'

/** The end of access in days from now (negative: past), and the row that a consent of a test has besides. */
export type GivenConsent = {
  ends?: number | null
  /** Days from now to its loss or end (negative: past). */
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
  const given_at = new Date(Date.now() - 30 * DAY_MS)
  const stopped = state === 'disconnected'
  const columns = {
    ...{ provider, institution, institution_name: bank, state, health, access_until: inDays(ends) },
    ...{ health_since: stopped ? null : at, ended_at: stopped ? at : null, ended_by: by },
    ...{ consent_given_at: given_at, created_at: given_at },
    ...{ asked_at: askedAt, asks_made: askedAt ? askedBefore(ends) : 0, opened_at: opened ? askedAt : null },
  }
  const shared = Array.from({ length: accounts }, (_, n) => ({
    external_id: `account ${n}`,
    name: n === 0 ? 'Current account' : 'Savings account',
    sort_code: '123456',
    account_number: `3196334${n}`,
  }))
  const { id } = await writeConnection(owner, onboardingId, 'bank', columns, shared)
  if (askedAt && mail) {
    await owner`
      INSERT INTO message (practice_id, onboarding_id, generation, run, purpose, channel, state, state_at, created_at)
      SELECT practice_id, id, generation, run, 'renewal', 'email', ${mail}, ${askedAt}, ${askedAt} FROM onboarding
      WHERE id = ${onboardingId}`
  }
  return id
}

/** Makes a client one who was completed 50 days ago, whatever was open. */
export async function completeLongAgo(owner: postgres.Sql, onboardingId: string): Promise<void> {
  await owner`UPDATE onboarding SET provisioned_at = now() - interval '60 days', invited_at = now() - interval '60 days',
    accepted_at = now() - interval '59 days', completed_at = now() - interval '50 days' WHERE id = ${onboardingId}`
  await owner`UPDATE onboarding_step SET done_at = now() - interval '51 days'
    WHERE onboarding_id = ${onboardingId} AND skipped_at IS NULL`
}

/** Sets the last message to a client far back: a further one may follow at once, and need not wait for some minutes. */
export async function ageLastMessage(owner: postgres.Sql, onboardingId: string): Promise<void> {
  await owner`UPDATE onboarding SET sent_at = NULL WHERE id = ${onboardingId}`
}

/** Writes books, called as the client, that a colleague connected with their own sign-in. Returns the id of their connection. */
export async function holdBooks(owner: postgres.Sql, onboardingId: string, personId: string): Promise<string> {
  const id = randomUUID()
  await owner`
    INSERT INTO sign_in (id, practice_id, provider, opened_by, opened_by_person, tokens_sealed, used_at)
    SELECT ${id}, practice_id, 'xero', 'practice', ${personId}, '', now() FROM onboarding WHERE id = ${onboardingId}`
  const [client] = await owner<{ name: string }[]>`
    SELECT name FROM organisation WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${onboardingId})`
  const columns = { external_id: id, tenant_id: id, tenant_name: client!.name, sign_in_id: id }
  return (await writeConnection(owner, onboardingId, 'books', columns)).id
}
