import type {
  ConnectionMove,
  ConsentFacts,
  Health,
  Living,
  LivingKind,
  SignInFacts,
} from '../../domain/connections/connectionLife.ts'
import { type Asking, nextAsk } from '../../domain/connections/renewal.ts'
import type { Instant } from '../../domain/situation.ts'
import { asDate, type Database, type Tx } from '../client.ts'
import { downUntil } from './outages.ts'

/** A bank connection or a sign-in whose workflow has to be started or woken. */
export type Unkept = Living & { why: 'not_started' | 'overslept' }

/** The facts of a living row, and the present instant on its own clock. */
export type Kept<F> = { facts: F; now: Instant }

/** Returns at most `atMost` rows of each kind, of every practice, that have no workflow or one that overslept. */
export function findUnkept({ sql }: Database, oversleptAfterMs: number, atMost: number): Promise<Unkept[]> {
  return sql<Unkept[]>`
    SELECT practice_id AS "practiceId", kind AS of, id, why
    FROM connections_to_wake(${oversleptAfterMs} * interval '1 millisecond', ${atMost})`
}

const NOW = (tx: Tx) => tx`epoch_ms(clock_timestamp()) + clock_offset_ms AS now`

/** Reads a bank connection; null for an unknown one. */
export async function readConsent(tx: Tx, id: string): Promise<Kept<ConsentFacts> | null> {
  const [row] = await tx<(Omit<ConsentFacts, 'of' | 'askAt'> & Omit<Asking, 'accessUntil'> & { now: Instant })[]>`
    SELECT ${NOW(tx)}, id, state = 'connected' AS stands, state = 'lost' AND health = 'expired' AS "isExpired",
      epoch_ms(access_until) AS "accessUntil", epoch_ms(consent_given_at) AS "givenAt", asks_made AS "asksMade",
      (SELECT p.time_zone FROM practice p WHERE p.id = practice_id) AS zone, ${downUntil(tx, tx`connection`)} AS "downUntil"
    FROM connection WHERE id = ${id} AND kind = 'bank'`
  if (!row) return null
  const { now, givenAt, asksMade, zone, downUntil: until, ...facts } = row
  const { accessUntil } = facts
  const askAt = accessUntil === null ? null : nextAsk({ accessUntil, givenAt, asksMade, zone, downUntil: until })
  return { now, facts: { of: 'consent', ...facts, askAt } }
}

/** Reads a sign-in and its ledger's name; null for an unknown one. The life is its connector's data. */
export async function readSignIn(
  tx: Tx,
  id: string,
): Promise<(Kept<Omit<SignInFacts, 'life'>> & { provider: string }) | null> {
  const [row] = await tx<(Omit<SignInFacts, 'of' | 'life'> & { now: Instant; provider: string })[]>`
    SELECT ${NOW(tx)}, provider, id, epoch_ms(used_at) AS "usedAt", epoch_ms(ends_if_unused_at) AS "endsIfUnusedAt",
      epoch_ms(ended_at) AS "endedAt", failures, epoch_ms(tried_at) AS "triedAt",
      (SELECT count(*)::int FROM connection c WHERE c.sign_in_id = s.id AND c.state = 'connected') AS standing
    FROM sign_in s WHERE id = ${id}`
  if (!row) return null
  const { now, provider, ...facts } = row
  return { now, provider, facts: { of: 'sign_in', ...facts } }
}

/** Writes what a workflow waits for. Without a move it is about to end. */
export async function writeWake(tx: Tx, of: LivingKind, id: string, next: ConnectionMove | null): Promise<void> {
  const at = asDate(next?.at ?? null)
  await tx`
    UPDATE ${tx(of === 'consent' ? 'connection' : 'sign_in')} SET wake_at = ${at}, workflow_started_at =
      CASE WHEN ${at}::timestamptz IS NULL THEN NULL ELSE coalesce(workflow_started_at, clock_timestamp()) END
    WHERE id = ${id}`
}

/** Returns the ids of the connections of a sign-in that are not recorded as lost. */
export async function readStandingOf(tx: Tx, signInId: string): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    SELECT id FROM connection WHERE sign_in_id = ${signInId} AND state = 'connected' ORDER BY id`
  return rows.map(({ id }) => id)
}

/** Takes at most `atMost` connections of every practice that are due for a look. */
export const takeLooks = ({ sql }: Database, atMost: number): Promise<{ practiceId: string; id: string }[]> =>
  sql<{ practiceId: string; id: string }[]>`SELECT practice_id AS "practiceId", id FROM take_looks(${atMost})`

/** Brings the look at a bank connection forward, by its provider's id. Returns false for an unknown one. */
export async function hastenLook(sql: Database['sql'] | Tx, provider: string, externalId: string): Promise<boolean> {
  const [row] = await sql<{ known: boolean }[]>`SELECT hasten_look(${provider}, ${externalId}) AS known`
  return row?.known ?? false
}

/** Returns true if the provider of a connection has given no answer for as long. */
export async function isUnansweredFor(tx: Tx, connectionId: string, ms: number): Promise<boolean> {
  const rows = await tx`SELECT FROM connection WHERE id = ${connectionId} AND health = 'unanswered'
    AND epoch_ms(health_since) <= epoch_ms(clock_timestamp()) + clock_offset_ms - ${ms}`
  return rows.count > 0
}

/**
 * Writes what a look found of a connection that stands. `loss`: the words for one that is lost; null for one that works
 * or does not answer, of which `why` may say the reason. The health keeps its instant while it stays the same. Returns true if the access ends sooner now.
 */
export async function writeHealth(
  tx: Tx,
  connectionId: string,
  health: Health,
  {
    loss = null,
    why = null,
    accessUntil = null,
  }: { loss?: string | null; why?: string | null; accessUntil?: Date | null } = {},
): Promise<boolean> {
  const [row] = await tx<{ isSooner: boolean }[]>`
    UPDATE connection SET state = ${loss === null ? tx`CASE WHEN ${health} = 'working' THEN 'connected' ELSE state END` : 'lost'},
      health = ${health}, last_error = ${loss ?? why}, access_until = least(access_until, ${accessUntil}::timestamptz),
      ends_there = coalesce(${accessUntil}::timestamptz, ends_there),
      wake_at = CASE WHEN ${loss === null} THEN wake_at END,
      looked_at = clock_timestamp() + clock_offset_ms * interval '1 millisecond',
      health_since = CASE WHEN health = ${health} THEN health_since
        ELSE clock_timestamp() + clock_offset_ms * interval '1 millisecond' END
    WHERE id = ${connectionId} RETURNING new.access_until < old.access_until AS "isSooner"`
  return row?.isSooner ?? false
}

/** Returns true if accounts of an onboarding are matched. */
export async function isMapped(tx: Tx, onboardingId: string): Promise<boolean> {
  return (await tx`SELECT FROM account_mapping WHERE onboarding_id = ${onboardingId} LIMIT 1`).count > 0
}
