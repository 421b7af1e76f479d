import type postgres from 'postgres'
import type { LedgerTokens } from '../providers/ledger/ledger.ts'
import type { Sealer } from '../providers/seal.ts'

/** The stored sign-in of an onboarding's or a draft's ledger: of its standing connection, else of its last session. */
async function signInOf(owner: postgres.Sql, id: string): Promise<{ id: string; sealed: string }> {
  const [row] = await owner<{ id: string; sealed: string }[]>`
    SELECT s.id, s.tokens_sealed AS sealed FROM sign_in s WHERE s.id = coalesce(
      (SELECT sign_in_id FROM connection WHERE onboarding_id = ${id} AND sign_in_id IS NOT NULL ORDER BY created_at DESC LIMIT 1),
      (SELECT sign_in_id FROM auth_session WHERE (onboarding_id = ${id} OR draft_id = ${id}) AND sign_in_id IS NOT NULL
        ORDER BY created_at DESC LIMIT 1))`
  if (!row) throw new Error('no sign-in is stored')
  return row
}

/** Returns the tokens of the sign-in of an onboarding or a draft. */
export async function readTokens(owner: postgres.Sql, sealer: Sealer, id: string): Promise<LedgerTokens> {
  const row = await signInOf(owner, id)
  const tokens = JSON.parse(sealer.open(row.sealed, `connection:${row.id}`)) as LedgerTokens
  return { ...tokens, expiresAt: new Date(tokens.expiresAt) }
}

/** Replaces parts of those tokens, as if the ledger had given others. */
export async function forgeTokens(
  owner: postgres.Sql,
  sealer: Sealer,
  id: string,
  parts: Partial<LedgerTokens>,
): Promise<void> {
  const row = await signInOf(owner, id)
  const tokens = { ...(JSON.parse(sealer.open(row.sealed, `connection:${row.id}`)) as LedgerTokens), ...parts }
  const sealed = sealer.seal(JSON.stringify(tokens), `connection:${row.id}`)
  await owner`UPDATE sign_in SET tokens_sealed = ${sealed} WHERE id = ${row.id}`
}
