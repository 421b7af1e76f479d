import type { Actor } from '../../domain/events.ts'
import type { Kind } from '../../domain/fields/kinds.ts'
import { type Database, first, type Tx } from '../client.ts'

/** A client who is still being set up. Instants in ms; the typed fields stay sealed. */
export type Draft = {
  id: string
  kind: Kind
  step: string
  dataSealed: string | null
  version: number
  createdAt: number
  updatedAt: number
  endedAt: number | null
  /** The onboarding that it became. */
  onboardingId: string | null
}

const DRAFT_COLUMNS = (tx: Tx) => tx`
  id, kind, step, data_sealed AS "dataSealed", version, epoch_ms(created_at) AS "createdAt",
  epoch_ms(updated_at) AS "updatedAt", epoch_ms(ended_at) AS "endedAt", onboarding_id AS "onboardingId"`

export async function insertDraft(
  tx: Tx,
  practiceId: string,
  draft: Pick<Draft, 'id' | 'kind' | 'step' | 'dataSealed'>,
  actor: Actor,
): Promise<void> {
  await tx`
    INSERT INTO client_draft (id, practice_id, kind, step, data_sealed, created_by_type, created_by_id)
    VALUES (${draft.id}, ${practiceId}, ${draft.kind}, ${draft.step}, ${draft.dataSealed}, ${actor.type}, ${actor.id})`
}

export const readDraft = (tx: Tx, draftId: string): Promise<Draft | null> =>
  first(tx<Draft[]>`SELECT ${DRAFT_COLUMNS(tx)} FROM client_draft WHERE id = ${draftId}`)

/** Locks the draft until the transaction ends, so that creating the client and ending the draft exclude each other. */
export const lockDraft = (tx: Tx, draftId: string): Promise<Draft | null> =>
  first(tx<Draft[]>`SELECT ${DRAFT_COLUMNS(tx)} FROM client_draft WHERE id = ${draftId} FOR UPDATE`)

/** Returns the open drafts of one person or API key, the latest first. */
export async function readDraftsOf(tx: Tx, actor: Actor, atMost: number): Promise<Draft[]> {
  return tx<Draft[]>`
    SELECT ${DRAFT_COLUMNS(tx)} FROM client_draft
    WHERE ended_at IS NULL AND created_by_type = ${actor.type} AND created_by_id IS NOT DISTINCT FROM ${actor.id}
    ORDER BY updated_at DESC LIMIT ${atMost}`
}

/** Writes an open draft as its next version. */
export async function writeDraft(tx: Tx, draftId: string, step: string, dataSealed: string | null): Promise<void> {
  await tx`
    UPDATE client_draft SET step = ${step}, data_sealed = ${dataSealed}, version = version + 1,
      updated_at = clock_timestamp()
    WHERE id = ${draftId} AND ended_at IS NULL`
}

/** Ends a draft and deletes everything typed. `onboardingId`: the onboarding that it became. */
export async function writeDraftEnd(tx: Tx, draftId: string, onboardingId: string | null): Promise<void> {
  await tx`
    UPDATE client_draft SET ended_at = clock_timestamp(), data_sealed = NULL, onboarding_id = ${onboardingId}
    WHERE id = ${draftId}`
}

/** Ends the draft's ledger sessions. The caller then ends their connections at the ledger. */
export async function endDraftSessions(tx: Tx, draftId: string): Promise<void> {
  await tx`
    UPDATE auth_session SET status = 'failed', status_at = clock_timestamp(), failure = 'ended'
    WHERE draft_id = ${draftId} AND status IN ('pending', 'exchanging', 'choosing', 'held')`
}

/** Returns the session that holds the draft's ledger organisation; null if none is connected. */
export async function findHeldSession(tx: Tx, draftId: string): Promise<string | null> {
  const [row] = await tx<{ id: string }[]>`SELECT id FROM auth_session WHERE draft_id = ${draftId} AND status = 'held'`
  return row?.id ?? null
}

/** Returns the draft's last ledger session if it failed at most `forMs` ago; null otherwise. */
export async function findFailedSession(tx: Tx, draftId: string, forMs: number): Promise<string | null> {
  const [row] = await tx<{ id: string; hasFailed: boolean }[]>`
    SELECT id, status = 'failed' AND failure <> 'ended'
      AND status_at > clock_timestamp() - ${forMs} * interval '1 millisecond' AS "hasFailed"
    FROM auth_session WHERE draft_id = ${draftId} AND state_sha256 IS NOT NULL ORDER BY created_at DESC LIMIT 1`
  return row?.hasFailed ? row.id : null
}

/** Moves the draft's held session to the onboarding that it becomes, to be connected there. */
export async function giveSession(tx: Tx, sessionId: string, onboardingId: string, now: number): Promise<void> {
  await tx`
    UPDATE auth_session SET onboarding_id = ${onboardingId}, draft_id = NULL, status = 'exchanging',
      status_at = ${new Date(now)}
    WHERE id = ${sessionId} AND status = 'held'`
}

/** Returns drafts of every practice that must be ended here or at their ledgers. */
export async function findDraftsToEnd(db: Database, untouchedForMs: number, atMost: number) {
  return db.sql<{ practiceId: string; draftId: string }[]>`
    SELECT practice_id AS "practiceId", id AS "draftId"
    FROM drafts_to_end(${untouchedForMs} * interval '1 millisecond', ${atMost})`
}
