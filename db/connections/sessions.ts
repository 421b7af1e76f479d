import type { StepReason } from '../../domain/situation.ts'
import { first, type Tx } from '../client.ts'
import { waitForProvider } from './patience.ts'
import { deleteUnusedSignIns } from './signIns.ts'

/** `held`: a draft's organisation is chosen and waits until its client is created. */
export type SessionStatus = 'pending' | 'exchanging' | 'choosing' | 'held' | 'done' | 'failed'

/**
 * The return from a bank. `here`: in the browser that started, or in one that confirmed; an approval is stored.
 * `elsewhere`: in another browser, and only a confirmation there counts. `nobody`: a poll found an approval without a
 * return, and a confirmation in the starting browser counts.
 */
export type CameBack = 'here' | 'elsewhere' | 'nobody'

/** A session: one trip of a person to a bank or ledger. */
export type AuthSession = {
  id: string
  /** The onboarding; null for the session of a draft, or of a colleague who takes over a sign-in. */
  onboardingId: string | null
  draftId: string | null
  handOverId: string | null
  step: 'bank' | 'books'
  provider: string
  institution: string | null
  institutionName: string | null
  openedBy: 'client' | 'practice' | 'support'
  /** The member or support person who opened it; null for clients and API keys. */
  openerId: string | null
  linkId: string | null
  verifierSealed: string | null
  browserSha256: Buffer | null
  externalId: string | null
  grantSealed: string | null
  /** The sign-in at a ledger that the session brought, until it is connected or ended; null otherwise. */
  signInId: string | null
  status: SessionStatus
  statusAt: number
  /** The reason of the failure; `ended` if its onboarding or draft ended it. */
  failure: StepReason | 'ended' | null
  failureReason: string | null
  expiresAt: number
  /** The departure of a browser, on the real clock; null before. */
  departedAt: number | null
  /** True if a colleague departed from the app and returns there. */
  isFromApp: boolean
  /** The number of polls. */
  polls: number
  /** Null until somebody returned or a poll found an approval. */
  cameBack: CameBack | null
  /** The connection that it renews, and the end of the access that its page showed; null for a new connection. */
  renews: string | null
  renewsFrom: number | null
}

/** Returns true while the confirmation on our page is missing; the bank is not asked and nothing is stored. */
export const isUnconfirmed = ({ cameBack }: Pick<AuthSession, 'cameBack'>): boolean =>
  cameBack === 'elsewhere' || cameBack === 'nobody'

const SESSION_COLUMNS = (tx: Tx) => tx`
  id, onboarding_id AS "onboardingId", draft_id AS "draftId", hand_over_id AS "handOverId", step, provider, institution, institution_name AS "institutionName",
  opened_by AS "openedBy", opened_by_person AS "openerId", link_id AS "linkId", verifier_sealed AS "verifierSealed", browser_sha256 AS "browserSha256",
  external_id AS "externalId", grant_sealed AS "grantSealed", sign_in_id AS "signInId", status, epoch_ms(status_at) AS "statusAt", failure,
  failure_reason AS "failureReason", epoch_ms(expires_at) AS "expiresAt",
  epoch_ms(departed_at) AS "departedAt", is_from_app AS "isFromApp", polls,
  came_back AS "cameBack", renews, epoch_ms(renews_from) AS "renewsFrom"`

export type NewSession = Pick<
  AuthSession,
  'id' | 'onboardingId' | 'draftId' | 'step' | 'provider' | 'institution' | 'institutionName' | 'openedBy' | 'linkId'
> & { openerId?: string | null; signInId?: string | null; handOverId?: string | null }

export async function insertSession(tx: Tx, practiceId: string, session: NewSession, now: number, expiresAt: number) {
  await tx`
    INSERT INTO auth_session (id, practice_id, onboarding_id, draft_id, hand_over_id, step, provider, institution,
      institution_name, opened_by, opened_by_person, link_id, sign_in_id, status_at, created_at, expires_at)
    VALUES (${session.id}, ${practiceId}, ${session.onboardingId}, ${session.draftId}, ${session.handOverId ?? null}, ${session.step}, ${session.provider},
      ${session.institution}, ${session.institutionName}, ${session.openedBy}, ${session.openerId ?? null}, ${session.linkId},
      ${session.signInId ?? null}, ${new Date(now)}, ${new Date(now)}, ${new Date(expiresAt)})`
}

export const readSession = (tx: Tx, sessionId: string): Promise<AuthSession | null> =>
  first(tx<AuthSession[]>`SELECT ${SESSION_COLUMNS(tx)} FROM auth_session WHERE id = ${sessionId}`)

/** Returns the last sign-in whose organisation must still be chosen or checked; null if there is none. */
export const readChoice = (tx: Tx, onboardingId: string): Promise<AuthSession | null> =>
  first(tx<AuthSession[]>`
    SELECT ${SESSION_COLUMNS(tx)} FROM auth_session WHERE onboarding_id = ${onboardingId} AND step = 'books'
      AND grant_sealed IS NOT NULL AND (status = 'choosing' OR (status = 'failed' AND failure = 'already_linked'))
    ORDER BY status_at DESC LIMIT 1`)

/** Returns the ledger of the client's last trip to one; null if there was none. */
export async function readLastLedger(tx: Tx, onboardingId: string): Promise<string | null> {
  const [row] = await tx<{ provider: string }[]>`
    SELECT provider FROM auth_session WHERE onboarding_id = ${onboardingId} AND step = 'books'
    ORDER BY created_at DESC LIMIT 1`
  return row?.provider ?? null
}

/** Returns the bank sessions that are due for a poll at `now`. */
export async function readDueSessions(tx: Tx, onboardingId: string, now: number): Promise<AuthSession[]> {
  return tx<AuthSession[]>`
    SELECT ${SESSION_COLUMNS(tx)} FROM auth_session WHERE onboarding_id = ${onboardingId} AND step = 'bank'
      AND status = 'pending' AND next_poll_at <= ${new Date(now)}`
}

/** Returns ended sessions that still hold a sign-in or an approval at the provider. */
export async function readUnusedGrants(
  tx: Tx,
  of: { onboardingId?: string | null; draftId?: string | null; handOverId?: string | null },
): Promise<AuthSession[]> {
  const { onboardingId = null, draftId = null, handOverId = null } = of
  return tx<AuthSession[]>`
    SELECT ${SESSION_COLUMNS(tx)} FROM auth_session
    WHERE (onboarding_id = ${onboardingId} OR draft_id = ${draftId} OR hand_over_id = ${handOverId}) AND status = 'failed'
      AND (sign_in_id IS NOT NULL OR (step = 'bank' AND external_id IS NOT NULL))`
}

/**
 * Records a departure: binds the session, which is opened with it if it is new, to the state and the browser. Banks are
 * polled from `nextPollAt` on.
 */
export async function writeDeparture(
  tx: Tx,
  practiceId: string,
  session: NewSession,
  departure: {
    now: number
    stateSha256: Buffer
    browserSha256: Buffer
    expiresAt: number
    nextPollAt: number | null
    /** Our verifier for the code that the ledger sends back. */
    verifierSealed: string | null
  },
): Promise<void> {
  const { now, nextPollAt, expiresAt } = departure
  await tx`
    INSERT INTO auth_session (id, practice_id, onboarding_id, draft_id, hand_over_id, step, provider, institution,
      institution_name, opened_by, opened_by_person, link_id, status_at, created_at, state_sha256, browser_sha256, departed_at, verifier_sealed,
      expires_at, next_poll_at)
    VALUES (${session.id}, ${practiceId}, ${session.onboardingId}, ${session.draftId}, ${session.handOverId ?? null}, ${session.step}, ${session.provider},
      ${session.institution}, ${session.institutionName}, ${session.openedBy}, ${session.openerId ?? null}, ${session.linkId},
      ${new Date(now)}, ${new Date(now)}, ${departure.stateSha256}, ${departure.browserSha256}, clock_timestamp(),
      ${departure.verifierSealed}, ${new Date(expiresAt)}, ${nextPollAt === null ? null : new Date(nextPollAt)})
    ON CONFLICT (id) DO UPDATE SET state_sha256 = excluded.state_sha256, browser_sha256 = excluded.browser_sha256,
      departed_at = excluded.departed_at, verifier_sealed = excluded.verifier_sealed, expires_at = excluded.expires_at,
      next_poll_at = excluded.next_poll_at`
}

/** Records that a session renews a connection, whose page showed this end. */
export async function writeRenews(tx: Tx, sessionId: string, connectionId: string, from: number | null): Promise<void> {
  await tx`UPDATE auth_session SET renews = ${connectionId}, renews_from = ${from === null ? null : new Date(from)}
    WHERE id = ${sessionId}`
}

/** Records that a colleague departs with the session from the app. */
export async function writeFromApp(tx: Tx, sessionId: string): Promise<void> {
  await tx`UPDATE auth_session SET is_from_app = true WHERE id = ${sessionId}`
}

/** Records that a session goes to its bank through another provider. */
export async function writeRoute(tx: Tx, sessionId: string, route: { provider: string; institution: string }) {
  await tx`UPDATE auth_session SET provider = ${route.provider}, institution = ${route.institution} WHERE id = ${sessionId}`
}

/** Records the bank's own id of the session. */
export async function writeExternalId(tx: Tx, sessionId: string, externalId: string): Promise<void> {
  await tx`UPDATE auth_session SET external_id = ${externalId} WHERE id = ${sessionId}`
}

/**
 * Moves a session from one of the states `from`, and deletes its grant if it is then done. Returns false if it was in
 * none of them.
 */
export async function moveSession(
  tx: Tx,
  sessionId: string,
  from: SessionStatus[],
  to: SessionStatus,
  now: number,
  failure: { family: StepReason; reason: string | null } | null = null,
): Promise<boolean> {
  const rows = await tx`
    UPDATE auth_session SET status = ${to}, status_at = ${new Date(now)}, failure = ${failure?.family ?? null},
      failure_reason = ${failure?.reason ?? null},
      next_poll_at = CASE WHEN ${to} = 'pending' THEN next_poll_at END,
      grant_sealed = CASE WHEN ${to} <> 'done' THEN grant_sealed END,
      sign_in_id = CASE WHEN ${to} <> 'done' THEN sign_in_id END
    WHERE id = ${sessionId} AND status = ANY (${from}) RETURNING id`
  return rows.count === 1
}

/** Ends an open session without a connection. Returns false if it has ended before. */
export const moveToFailed = (
  tx: Tx,
  sessionId: string,
  failure: { family: StepReason; reason: string | null },
  now: number,
): Promise<boolean> => moveSession(tx, sessionId, ['pending', 'exchanging', 'choosing'], 'failed', now, failure)

/** Counts a poll before it is made. */
export async function countPoll(tx: Tx, sessionId: string): Promise<void> {
  await tx`UPDATE auth_session SET polls = polls + 1 WHERE id = ${sessionId}`
}

export async function writeNextPoll(tx: Tx, sessionId: string, nextPollAt: number): Promise<void> {
  await tx`UPDATE auth_session SET next_poll_at = ${new Date(nextPollAt)} WHERE id = ${sessionId} AND status = 'pending'`
}

/** Makes a session due for a poll at `pollAt`, unless it is due earlier. */
export async function hastenPoll(tx: Tx, sessionId: string, pollAt: number): Promise<void> {
  await tx`UPDATE auth_session SET next_poll_at = least(next_poll_at, ${new Date(pollAt)})
    WHERE id = ${sessionId} AND status = 'pending'`
}

/** Locks a trip, so that what can be taken once at its provider is taken once. Waits for no row. */
export async function lockTrip(tx: Tx, sessionId: string): Promise<void> {
  await waitForProvider(tx)
  await tx`SELECT pg_advisory_xact_lock(hashtextextended(${`trip ${sessionId}`}, 0))`
}

export async function writeGrant(tx: Tx, sessionId: string, grantSealed: string): Promise<void> {
  await tx`UPDATE auth_session SET grant_sealed = ${grantSealed} WHERE id = ${sessionId}`
}

/** Deletes the grant of a session and takes the session off its sign-in. */
export async function dropGrant(tx: Tx, sessionId: string): Promise<void> {
  const left = await tx<{ signInId: string | null }[]>`
    UPDATE auth_session SET grant_sealed = NULL, sign_in_id = NULL WHERE id = ${sessionId}
    RETURNING old.sign_in_id AS "signInId"`
  await deleteUnusedSignIns(tx, left)
}

/** Binds a session to the browser that confirmed; that counts as a return. */
export async function writeBrowser(tx: Tx, sessionId: string, browserSha256: Buffer): Promise<void> {
  await tx`UPDATE auth_session SET browser_sha256 = ${browserSha256}, came_back = 'here' WHERE id = ${sessionId}`
}

export async function writeCameBack(tx: Tx, sessionId: string, cameBack: CameBack): Promise<void> {
  await tx`UPDATE auth_session SET came_back = ${cameBack} WHERE id = ${sessionId}`
}

/** Records if a second signatory has to approve at the bank. */
export async function writeWithSignatory(tx: Tx, sessionId: string, isWithSignatory: boolean): Promise<void> {
  await tx`UPDATE auth_session SET is_with_signatory = ${isWithSignatory} WHERE id = ${sessionId}`
}

/** Confirms an approval that a poll found, unless another browser returned meanwhile. */
export async function confirmApproval(tx: Tx, sessionId: string): Promise<void> {
  await tx`UPDATE auth_session SET came_back = 'here' WHERE id = ${sessionId} AND came_back = 'nobody'`
}

/** Ends the bank sessions that wait for a confirmation, because a new one starts. */
export async function endUnconfirmed(tx: Tx, onboardingId: string, now: number): Promise<void> {
  await tx`
    UPDATE auth_session SET status = 'failed', status_at = ${new Date(now)}, failure = 'ended', next_poll_at = NULL
    WHERE onboarding_id = ${onboardingId} AND status = 'pending' AND came_back IN ('elsewhere', 'nobody')`
}

/** Deletes the provider's id of an ended session, and the access that was taken. */
export async function forgetExternalId(tx: Tx, sessionId: string): Promise<void> {
  await tx`UPDATE auth_session SET external_id = NULL, grant_sealed = NULL WHERE id = ${sessionId}`
}

/** Holds a draft's chosen organisation and its connection id until its client is created. False if it moved on. */
export async function holdSession(
  tx: Tx,
  sessionId: string,
  externalId: string,
  grantSealed: string,
): Promise<boolean> {
  const rows = await tx`
    UPDATE auth_session SET status = 'held', status_at = clock_timestamp(), external_id = ${externalId},
      grant_sealed = ${grantSealed}
    WHERE id = ${sessionId} AND status IN ('exchanging', 'choosing') RETURNING id`
  return rows.count === 1
}

/** Releases the session that a draft holds, so that it is ended at the provider. Returns false if it holds none. */
export async function endHeldSession(tx: Tx, draftId: string): Promise<boolean> {
  const rows = await tx`
    UPDATE auth_session SET status = 'failed', status_at = clock_timestamp(), failure = 'ended'
    WHERE draft_id = ${draftId} AND status = 'held' RETURNING id`
  return rows.count === 1
}
