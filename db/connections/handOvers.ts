import { first, type Tx } from '../client.ts'
import { inSight, type Sight } from '../sight.ts'

/**
 * The outcomes of a hand-over for one client: the new sign-in reads its books, does not reach them, or reaches an
 * organisation of another name; or the ledger does not answer.
 */
export const HAND_OVER_OUTCOMES = ['moved', 'unreached', 'renamed', 'unanswered'] as const
export type HandOverOutcome = (typeof HAND_OVER_OUTCOMES)[number]

/**
 * A request that a colleague takes over the clients of a sign-in. `connectionId`: the only one of them, which the
 * colleague reconnects.
 */
export type HandOver = {
  id: string
  signInId: string
  provider: string
  connectionId: string | null
  doneAt: number | null
}

/**
 * The result of a reconnect. `kept`: the matches, of `matched`, whose account in the books was read again; `added`: the
 * accounts that were not there before. `found`: the organisations that the new sign-in reaches instead, by name.
 */
export type Reconnected = { outcome: HandOverOutcome; kept: number; matched: number; added: number; found: string[] }

/** Asks a person to take over a sign-in, or one client's books; an earlier open request for the same is withdrawn. */
export async function insertHandOver(
  tx: Tx,
  practiceId: string,
  { id, signInId, provider, connectionId, to }: Omit<HandOver, 'doneAt'> & { to: string },
): Promise<void> {
  // Colleagues may reconnect the same books at the same time: the last one to come back holds them.
  await tx`
    DELETE FROM hand_over WHERE sign_in_id = ${signInId} AND done_at IS NULL
      AND connection_id IS NOT DISTINCT FROM ${connectionId} AND (connection_id IS NULL OR to_person = ${to})`
  await tx`
    INSERT INTO hand_over (id, practice_id, sign_in_id, provider, connection_id, to_person)
    VALUES (${id}, ${practiceId}, ${signInId}, ${provider}, ${connectionId}, ${to})`
}

/** Locks a request, so that one return alone carries it out; null if it was withdrawn. */
export const lockHandOver = (tx: Tx, id: string): Promise<HandOver | null> =>
  first(tx<HandOver[]>`
    SELECT id, sign_in_id AS "signInId", provider, connection_id AS "connectionId", epoch_ms(done_at) AS "doneAt"
    FROM hand_over
    WHERE id = ${id} FOR UPDATE`)

/** The books of a client that rest on a sign-in. */
export type HeldBooks = { id: string; tenantId: string; name: string; companyNumber: string | null }

/** Returns the books that rest on a sign-in, or the one connection of a request. */
export const readHeldBooks = (
  tx: Tx,
  { signInId, connectionId }: Pick<HandOver, 'signInId' | 'connectionId'>,
): Promise<HeldBooks[]> =>
  tx<HeldBooks[]>`
    SELECT c.id, c.tenant_id AS "tenantId", coalesce(c.tenant_name, g.name) AS name, g.companies_house_number AS "companyNumber"
    FROM connection c JOIN organisation g ON g.id = c.organisation_id
    WHERE c.sign_in_id = ${signInId} AND c.state IN ('connected', 'lost') AND c.tenant_id IS NOT NULL
      AND ${connectionId === null ? tx`TRUE` : tx`c.id = ${connectionId}`} ORDER BY c.id`

/** Makes a client's books rest on another sign-in, under its id of them. Returns false if they left the first one. */
export async function switchSignIn(
  tx: Tx,
  connectionId: string,
  { from, to, externalId }: { from: string; to: string; externalId: string },
): Promise<boolean> {
  const rows = await tx`
    UPDATE connection SET sign_in_id = ${to}, external_id = ${externalId},
      look_at = clock_timestamp() + clock_offset_ms * interval '1 millisecond'
    WHERE id = ${connectionId} AND sign_in_id = ${from} AND state IN ('connected', 'lost') RETURNING id`
  return rows.count === 1
}

export async function writeHandOverDone(tx: Tx, id: string, outcomes: Record<string, HandOverOutcome>): Promise<void> {
  await tx`UPDATE hand_over SET done_at = clock_timestamp(), outcomes = ${tx.json(outcomes)} WHERE id = ${id}`
}

export async function writeReconnected(tx: Tx, id: string, result: Reconnected): Promise<void> {
  await tx`UPDATE hand_over SET result = ${tx.json(result)} WHERE id = ${id}`
}

/** Returns what came of the last reconnect of a client's books by a person; null if nothing has yet. */
export async function readReconnected(tx: Tx, connectionId: string, personId: string): Promise<Reconnected | null> {
  const [row] = await tx<{ result: Omit<Reconnected, 'matched'> & Partial<Pick<Reconnected, 'matched'>> }[]>`
    SELECT result FROM hand_over
    WHERE connection_id = ${connectionId} AND to_person = ${personId} AND result IS NOT NULL
    ORDER BY done_at DESC LIMIT 1`
  // Results of before do not say of how many.
  return row ? { matched: row.result.kept, ...row.result } : null
}

/** A client whose books are reconnected, as the pages on the way name it. */
export const readReconnecting = (tx: Tx, handOverId: string) =>
  first(tx<{ connectionId: string; onboardingId: string; organisation: string }[]>`
    SELECT c.id AS "connectionId", c.onboarding_id AS "onboardingId", g.name AS organisation
    FROM hand_over h JOIN connection c ON c.id = h.connection_id JOIN organisation g ON g.id = c.organisation_id
    WHERE h.id = ${handOverId}`)

/** A request that waits for the sign-in of the person asked. `clients`: how many it is about. */
export type AskedHandOver = Pick<HandOver, 'id' | 'provider'> & {
  from: string | null
  clients: number
  askedAt: number
  sessionId: string
}

/** Reads the requests that wait for a person's sign-in, the latest first. Those whose time is over are left out. */
export const readAskedHandOvers = (tx: Tx, personId: string): Promise<AskedHandOver[]> =>
  tx<AskedHandOver[]>`
    SELECT h.id, h.provider, epoch_ms(h.asked_at) AS "askedAt", t.id AS "sessionId", held.clients,
      (SELECT p.name FROM people_named(ARRAY[s.opened_by_person::text]) p) AS from
    FROM hand_over h JOIN sign_in s ON s.id = h.sign_in_id
      JOIN LATERAL (SELECT t.id FROM auth_session t WHERE t.hand_over_id = h.id AND t.expires_at > clock_timestamp()
        ORDER BY t.created_at DESC LIMIT 1) t ON TRUE
      JOIN LATERAL (SELECT count(*)::int AS clients FROM connection c
        WHERE c.sign_in_id = s.id AND c.state IN ('connected', 'lost')) held ON held.clients > 0
    WHERE h.to_person = ${personId} AND h.connection_id IS NULL AND h.done_at IS NULL ORDER BY h.asked_at DESC LIMIT 20`

/** A request as the page of sign-ins shows it. `sessionId`: the trip by which it is carried out. */
export type HandOverView = Omit<HandOver, 'connectionId'> & {
  to: { id: string; name: string | null }
  askedAt: number
  sessionId: string | null
  results: { onboardingId: string; name: string; outcome: HandOverOutcome }[]
}

/** Reads the requests that are open or were carried out in the last week, the latest first, with visible clients alone. */
export const readHandOvers = (tx: Tx, sight: Sight): Promise<HandOverView[]> =>
  tx<HandOverView[]>`
    SELECT h.id, h.sign_in_id AS "signInId", h.provider, epoch_ms(h.done_at) AS "doneAt", epoch_ms(h.asked_at) AS "askedAt",
      json_build_object('id', h.to_person, 'name', (SELECT p.name FROM people_named(ARRAY[h.to_person::text]) p)) AS to,
      (SELECT s.id FROM auth_session s WHERE s.hand_over_id = h.id ORDER BY s.created_at DESC LIMIT 1) AS "sessionId",
      coalesce((SELECT json_agg(json_build_object('onboardingId', o.id, 'name', g.name, 'outcome', r.value)
          ORDER BY r.value = 'moved', lower(g.name))
        FROM jsonb_each_text(h.outcomes) r JOIN connection c ON c.id = r.key::uuid
          JOIN onboarding o ON o.id = c.onboarding_id JOIN organisation g ON g.id = c.organisation_id
        WHERE ${inSight(tx, sight)}), '[]') AS results
    FROM hand_over h WHERE h.connection_id IS NULL AND h.asked_at > clock_timestamp() - interval '7 days' ORDER BY h.asked_at DESC LIMIT 20`
