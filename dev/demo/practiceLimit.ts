import type postgres from 'postgres'

/**
 * Lifts a new practice's daily sending limit, or restores it, and records that in the practice's audit log. Needs the
 * database owner: no process may do it.
 */
export async function liftLimit(
  sql: postgres.Sql,
  slug: string,
  isLifted: boolean,
): Promise<'changed' | 'unchanged' | 'no_practice'> {
  return sql.begin(async (tx) => {
    const [practice] = await tx<{ id: string; lifted: boolean }[]>`
      SELECT id, limit_lifted_at IS NOT NULL AS lifted FROM practice WHERE slug = ${slug} FOR NO KEY UPDATE`
    if (!practice) return 'no_practice'
    if (practice.lifted === isLifted) return 'unchanged'
    await tx`UPDATE practice SET limit_lifted_at = ${isLifted ? tx`clock_timestamp()` : null} WHERE id = ${practice.id}`
    await tx`
      INSERT INTO audit_event (practice_id, kind, actor_type)
      VALUES (${practice.id}, ${isLifted ? 'limit_lifted' : 'limit_set'}, 'system')`
    return 'changed'
  })
}
