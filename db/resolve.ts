import type { Plan } from '../domain/practice/plans.ts'
import { type Database, first } from './client.ts'

/** The owner of a thing, which is all that may be known before a tenant is set. */
export type Owned = { practiceId: string; id: string; onboardingId: string }

/** A session; without an onboarding it belongs to a draft. */
export type OwnedSession = Omit<Owned, 'onboardingId'> & { onboardingId: string | null }

/** The columns of an owner, as every function below answers them. */
const owner = ({ sql }: Database) => sql`practice_id AS "practiceId", id, onboarding_id AS "onboardingId"`

/** Returns the API key's practice and scopes, or null for an unknown or revoked key. */
export const resolveApiKey = (db: Database, sha256: Buffer) =>
  first(db.sql<{ practiceId: string; id: string; scopes: ('read' | 'write')[]; plan: Plan }[]>`
    SELECT practice_id AS "practiceId", id, scopes, plan FROM resolve_api_key(${sha256})`)

export const resolveLink = (db: Database, sha256: Buffer): Promise<Owned | null> =>
  first(db.sql<Owned[]>`SELECT ${owner(db)} FROM resolve_link(${sha256})`)

export const resolveState = (db: Database, sha256: Buffer): Promise<OwnedSession | null> =>
  first(db.sql<Owned[]>`SELECT ${owner(db)} FROM resolve_session(${sha256})`)

export const resolveSession = (db: Database, sessionId: string): Promise<OwnedSession | null> =>
  first(db.sql<Owned[]>`SELECT ${owner(db)} FROM resolve_session_id(${sessionId})`)

/** Returns the last bank session that a browser started, by the hash of the browser's secret. */
export const resolveTripOfBrowser = (db: Database, browserSha256: Buffer): Promise<Owned | null> =>
  first(db.sql<Owned[]>`SELECT ${owner(db)} FROM resolve_trip_of_browser(${browserSha256})`)

/** Returns the session that a bank provider's report is about: by the provider's id, else by ours in the report. */
export async function resolveBankTrip(
  db: Database,
  provider: string,
  { externalId, sessionId }: { externalId: string; sessionId: string | null },
): Promise<Owned | null> {
  return first(db.sql<Owned[]>`SELECT ${owner(db)} FROM resolve_bank_trip(${provider}, ${externalId}, ${sessionId})`)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
export const isUuid = (text: string): boolean => UUID.test(text)

/** Returns the owner of a message. Null for a text that is no id: other senders' reports may hold any text. */
export async function resolveMessage(db: Database, messageId: string): Promise<Owned | null> {
  if (!isUuid(messageId)) return null
  return first(db.sql<Owned[]>`SELECT ${owner(db)} FROM resolve_message(${messageId})`)
}

/** Returns the owner of a message by the provider's id. */
export const resolveSentMessage = (db: Database, provider: string, providerId: string): Promise<Owned | null> =>
  first(db.sql<Owned[]>`SELECT ${owner(db)} FROM resolve_sent_message(${provider}, ${providerId})`)

/** Returns the latest text to a number, for each practice that texted it. */
export const resolveTexted = (db: Database, phone: string): Promise<Owned[]> =>
  db.sql<Owned[]>`SELECT ${owner(db)} FROM resolve_texted(${phone})`

/** Returns the practice of an onboarding, or null for an unknown id. */
export async function resolveOnboarding(db: Database, onboardingId: string): Promise<string | null> {
  const [row] = await db.sql<{ practice_id: string }[]>`SELECT practice_id FROM resolve_onboarding(${onboardingId})`
  return row?.practice_id ?? null
}
