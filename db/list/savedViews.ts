import { first, type Tx } from '../client.ts'

/** A saved list or board. `search`: the query of its address; `everyone`: the whole practice has it. */
export type SavedView = {
  id: string
  name: string
  place: 'list' | 'board'
  search: Record<string, unknown>
  everyone: boolean
}

const columns = (tx: Tx) => tx`id, name, place, search, user_id IS NULL AS everyone`

/** Returns everyone's views, then the person's (null: an API key, which has none), each by name. */
export async function readSavedViews(tx: Tx, personId: string | null): Promise<SavedView[]> {
  return tx<SavedView[]>`
    SELECT ${columns(tx)} FROM saved_view WHERE user_id IS NULL OR user_id = ${personId}
    ORDER BY user_id IS NOT NULL, lower(name), id`
}

/** Saves a view for a person, or for everyone (null). Returns null if the name is taken. */
export const insertSavedView = (
  tx: Tx,
  { name, place, search }: Pick<SavedView, 'name' | 'place' | 'search'>,
  personId: string | null,
): Promise<SavedView | null> =>
  first(tx<SavedView[]>`
    INSERT INTO saved_view (practice_id, user_id, name, place, search)
    VALUES (current_practice(), ${personId}, ${name}, ${place}, ${tx.json(search as never)})
    ON CONFLICT DO NOTHING RETURNING ${columns(tx)}`)

/** Returns a view of everyone or of the person; null if there is none. */
export const readSavedView = (tx: Tx, id: string, personId: string | null): Promise<SavedView | null> =>
  first(tx<SavedView[]>`
    SELECT ${columns(tx)} FROM saved_view WHERE id = ${id} AND (user_id IS NULL OR user_id = ${personId})`)

export async function deleteSavedView(tx: Tx, id: string): Promise<void> {
  await tx`DELETE FROM saved_view WHERE id = ${id}`
}

/**
 * Deletes the views that name a client, or search for one by name or personal details. Called before the client's names
 * are erased.
 */
export async function forgetSavedViewsOf(tx: Tx, organisationId: string): Promise<void> {
  await tx`
    DELETE FROM saved_view v USING organisation g
    WHERE g.id = ${organisationId} AND (
      strpos(lower(concat_ws(' ', v.name, v.search ->> 'q')), lower(g.name)) > 0
      OR strpos(lower(concat_ws(' ', g.contact_name, g.contact_email, g.contact_phone,
        CASE WHEN g.kind = 'self_employed' THEN g.name END)), lower(v.search ->> 'q')) > 0)`
}
