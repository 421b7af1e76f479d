import type { Plan } from '../domain/practice/plans.ts'
import type { Database } from './client.ts'

/** The owner of a thing, which is all that may be known before a tenant is set. */
export type Owned = { practiceId: string; id: string; onboardingId: string }

/** A session; without an onboarding it belongs to a draft. */
export type OwnedSession = Omit<Owned, 'onboardingId'> & { onboardingId: string | null }

type Row = { practice_id: string; id: string; onboarding_id: string }

const owned = (rows: Row[]): Owned | null => {
  const [row] = rows
  return row ? { practiceId: row.practice_id, id: row.id, onboardingId: row.onboarding_id } : null
}

/** Returns the API key's practice and scopes, or null for an unknown or revoked key. */
export async function resolveApiKey(db: Database, sha256: Buffer) {
  const [row] = await db.sql<{ practice_id: string; id: string; scopes: ('read' | 'write')[]; plan: Plan }[]>`
    SELECT * FROM resolve_api_key(${sha256})`
  return row ? { practiceId: row.practice_id, id: row.id, scopes: row.scopes, plan: row.plan } : null
}

export async function resolveLink(db: Database, sha256: Buffer): Promise<Owned | null> {
  return owned(await db.sql<Row[]>`SELECT * FROM resolve_link(${sha256})`)
}

export async function resolveState(db: Database, sha256: Buffer): Promise<OwnedSession | null> {
  return owned(await db.sql<Row[]>`SELECT * FROM resolve_session(${sha256})`)
}

export async function resolveSession(db: Database, sessionId: string): Promise<OwnedSession | null> {
  return owned(await db.sql<Row[]>`SELECT * FROM resolve_session_id(${sessionId})`)
}

/** Returns the last bank session that a browser started, by the hash of the browser's secret. */
export async function resolveTripOfBrowser(db: Database, browserSha256: Buffer): Promise<Owned | null> {
  return owned(await db.sql<Row[]>`SELECT * FROM resolve_trip_of_browser(${browserSha256})`)
}

/** Returns the session that a bank provider's report is about: by the provider's id, else by ours in the report. */
export async function resolveBankTrip(
  db: Database,
  provider: string,
  { externalId, sessionId }: { externalId: string; sessionId: string | null },
): Promise<Owned | null> {
  return owned(await db.sql<Row[]>`SELECT * FROM resolve_bank_trip(${provider}, ${externalId}, ${sessionId})`)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
export const isUuid = (text: string): boolean => UUID.test(text)

/** Returns the owner of a message. Null for a text that is no id: other senders' reports may hold any text. */
export async function resolveMessage(db: Database, messageId: string): Promise<Owned | null> {
  if (!isUuid(messageId)) return null
  return owned(await db.sql<Row[]>`SELECT * FROM resolve_message(${messageId})`)
}

/** Returns the owner of a message by the provider's id. */
export async function resolveSentMessage(db: Database, provider: string, providerId: string): Promise<Owned | null> {
  return owned(await db.sql<Row[]>`SELECT * FROM resolve_sent_message(${provider}, ${providerId})`)
}

/** Returns the latest text to a number, for each practice that texted it. */
export async function resolveTexted(db: Database, phone: string): Promise<Owned[]> {
  const rows = await db.sql<Row[]>`SELECT * FROM resolve_texted(${phone})`
  return rows.flatMap((row) => owned([row]) ?? [])
}

/** Returns the practice of an onboarding, or null for an unknown id. */
export async function resolveOnboarding(db: Database, onboardingId: string): Promise<string | null> {
  const [row] = await db.sql<{ practice_id: string }[]>`SELECT practice_id FROM resolve_onboarding(${onboardingId})`
  return row?.practice_id ?? null
}
