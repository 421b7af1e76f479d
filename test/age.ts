import type postgres from 'postgres'

/**
 * Makes clients older by `ms`: all that happened to them happened that much earlier, and all that waits for them is
 * that much nearer. Moves no timer of the engine; `advance` moves a client with its workflow.
 */
export async function age(owner: postgres.Sql, onboardings: string | string[], ms: number): Promise<void> {
  const tables = await owner<{ table: string; id: string; instants: string[] }[]>`
    SELECT c.table_name AS table, CASE c.table_name WHEN 'onboarding' THEN 'id' ELSE 'onboarding_id' END AS id,
      array_agg(c.column_name::text) FILTER (WHERE c.data_type = 'timestamp with time zone') AS instants
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
    GROUP BY c.table_name
    HAVING (c.table_name = 'onboarding' OR bool_or(c.column_name = 'onboarding_id'))
      AND bool_or(c.data_type = 'timestamp with time zone')`
  await owner.begin((tx) =>
    tables.map(({ table, id, instants }) => {
      const earlier = instants.map((one) => `${one} = ${one} - $2::float8 * interval '1 millisecond'`)
      return tx.unsafe(`UPDATE ${table} SET ${earlier.join(', ')} WHERE ${id} = ANY ($1)`, [[onboardings].flat(), ms])
    }),
  )
}
