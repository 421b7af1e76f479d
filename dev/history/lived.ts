import type postgres from 'postgres'
import type { LinkKeys } from '../../commands/invitations/linkTokens.ts'
import type { Tx } from '../../db/client.ts'
import { nextMove } from '../../domain/nextMove.ts'
import type { Instant } from '../../domain/situation.ts'
import { BLANKS } from './blanks.ts'
import { Life, type Script } from './life.ts'

/** The schema of the templates while copies are made. */
export const TEMPLATES = 'history'

/** A lived life. `joined`: somebody became a user. `slackMs`: the time until something is due; copies may be so much older. */
export type Lived = { script: Script; joined: boolean; slackMs: number; liveLinks: string[] }

/**
 * Lives the scripts until an instant, and leaves their rows as templates: one table per table, with the number of the
 * life. In the templates an id ends in ¤ instead of its last twelve digits. Meanwhile empty temporary tables, and
 * views of them, stand in front of the real ones, so the commands write where nobody sees it, and with few indexes.
 */
export async function live(
  sql: postgres.Sql,
  practiceId: string,
  linkKeys: LinkKeys,
  scripts: Script[],
  until: Instant,
): Promise<Lived[]> {
  const lived = await sql.begin(async (tx) => {
    const tables = await readTables(tx)
    const views = await readViews(tx)
    for (const { table, columns } of tables) await shadow(tx, table, keyOf(columns))
    for (const { view, definition } of views) await tx.unsafe(`CREATE TEMP VIEW "${view}" AS ${definition}`)
    await tx`CREATE TEMP TABLE practice ON COMMIT DROP AS SELECT * FROM public.practice WHERE id = ${practiceId}`
    await tx`SELECT set_config('app.practice_id', ${practiceId}, true), set_config('plan_cache_mode', 'force_generic_plan', true)`
    const lives = await inTurn(scripts, (script) => Life.begin(tx, practiceId, linkKeys, script))
    await setBack(tx, lives)
    await inTurn(lives, (life) => life.liveUntil(until))
    await settleTimes(tx)
    await keepTemplates(tx, tables, lives)
    return lives
  })
  const links = await sql<{ life: number; id: string }[]>`
    SELECT life, id FROM ${sql(TEMPLATES)}.link WHERE ended_at IS NULL`
  const linksOf = Map.groupBy(links, ({ life }) => life)
  return lived.map(({ script, facts, now }, n) => ({
    script,
    joined: facts.instants.accepted !== null,
    slackMs: (nextMove(facts, now)?.at ?? Number.POSITIVE_INFINITY) - now,
    liveLinks: (linksOf.get(n) ?? []).map(({ id }) => id),
  }))
}

/** Puts an empty temporary table in front of one: with its rules and triggers, and without its indexes for lists. */
async function shadow(tx: Tx, table: string, key: string | undefined): Promise<void> {
  await tx.unsafe(`CREATE TEMP TABLE "${table}"
    (LIKE public."${table}" INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS) ON COMMIT DROP`)
  const definitions = await tx<{ definition: string }[]>`
    SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index
    WHERE indrelid = ${`public.${table}`}::regclass AND indisunique
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger
    WHERE tgrelid = ${`public.${table}`}::regclass AND NOT tgisinternal`
  for (const { definition } of definitions) await tx.unsafe(definition.replace(' ON public.', ' ON pg_temp.'))
  if (key && key !== 'id') await tx.unsafe(`CREATE INDEX ON pg_temp."${table}" ("${key}")`)
}

/** The number of lives that share the connection, so that the database need not wait for the next command. */
const LIVES_AT_ONCE = 8

async function inTurn<A, B>(all: readonly A[], work: (one: A) => Promise<B>): Promise<B[]> {
  const done: B[] = []
  const waiting = all.entries()
  const take = async () => {
    for (const [n, one] of waiting) done[n] = await work(one)
  }
  await Promise.all(Array.from({ length: LIVES_AT_ONCE }, take))
  return done
}

/** Sets the clients, just created, back to the beginning of their lives. */
async function setBack(tx: Tx, lives: Life[]): Promise<void> {
  const births = lives.map(({ target, script }) => ({ id: target.onboardingId, at: new Date(script.createdAt) }))
  await tx`
    CREATE TEMP TABLE birth ON COMMIT DROP AS
    SELECT b.id, b.at, o.organisation_id FROM jsonb_to_recordset(${tx.json(births as never)}) AS b(id uuid, at timestamptz)
    JOIN onboarding o ON o.id = b.id`
  await tx`
    UPDATE onboarding o SET created_at = b.at, last_act_at = b.at, since = b.at,
      clock_offset_ms = epoch_ms(b.at) - epoch_ms(clock_timestamp())
    FROM birth b WHERE b.id = o.id`
  await tx`UPDATE event e SET at = b.at FROM birth b WHERE b.id = e.onboarding_id`
  await tx`UPDATE organisation g SET created_at = b.at FROM birth b WHERE b.organisation_id = g.id`
  await tx`
    UPDATE onboarding_step s SET skipped_at = b.at FROM birth b WHERE b.id = s.onboarding_id AND s.skipped_at IS NOT NULL`
}

/** Replaces the times of the real clock by those of the life, and marks the onboardings as started and signalled. */
async function settleTimes(tx: Tx): Promise<void> {
  await tx`UPDATE event SET recorded_at = at`
  await tx`
    UPDATE onboarding o SET turns_at = turns_at + clock_offset_ms * interval '1 millisecond', clock_offset_ms = 0,
      workflow_started_at = created_at, notified_seq = fact_seq, last_fact_at = e.at, updated_at = e.at
    FROM event e WHERE e.onboarding_id = o.id AND e.seq = o.fact_seq`
  // Their providers know none of these connections, so they have no workflow and are not looked at.
  await tx`UPDATE connection SET clock_offset_ms = 0, workflow_started_at = created_at, look_at = NULL`
  await tx`UPDATE message SET claimed_at = created_at, attempted_at = created_at, ask_at = NULL WHERE attempts > 0`
  await tx`
    UPDATE account_mapping m SET at = e.at FROM event e WHERE e.onboarding_id = m.onboarding_id AND e.kind = 'mapped'`
}

/** Returns the column by which a row belongs to a life; undefined if it belongs to none. */
const keyOf = (columns: Column[]): string | undefined =>
  ['onboarding_id', 'organisation_id', 'connection_id', 'id'].find((key) =>
    columns.some(({ name, type }) => name === key && type === 'uuid'),
  )

const ID = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-)[0-9a-f]{12}'

/** Keeps the rows of the lives, table by table. */
async function keepTemplates(tx: Tx, tables: Table[], lives: Life[]): Promise<void> {
  const ids = lives.map(({ target }, life) => ({ id: target.onboardingId, life }))
  await tx`
    CREATE TEMP TABLE lived ON COMMIT DROP AS
    WITH o AS (SELECT l.life, o.id, o.organisation_id FROM jsonb_to_recordset(${tx.json(ids)}) AS l(id uuid, life int)
      JOIN onboarding o ON o.id = l.id)
    SELECT life, id FROM o UNION ALL SELECT life, organisation_id FROM o
    UNION ALL SELECT o.life, c.id FROM o JOIN connection c ON c.onboarding_id = o.id`
  await tx`DROP SCHEMA IF EXISTS ${tx(TEMPLATES)} CASCADE`
  await tx`CREATE SCHEMA ${tx(TEMPLATES)}`
  for (const { table, columns } of tables) {
    const key = keyOf(columns)
    if (!key) continue
    const marked = columns.map(({ name, type }) => {
      if (type === 'uuid') return `left(t."${name}"::text, 24) AS "${name}"`
      return ['text', 'jsonb'].includes(type)
        ? `regexp_replace(t."${name}"::text, '${ID}', '\\1¤', 'g') AS "${name}"`
        : `t."${name}"`
    })
    await tx.unsafe(`CREATE UNLOGGED TABLE ${TEMPLATES}."${table}" AS
      SELECT l.life, ${marked.join(', ')} FROM "${table}" t JOIN lived l ON l.id = t."${key}"`)
  }
  await tx`DELETE FROM portal.person WHERE address = ${BLANKS.email}`
}

/** Returns the views, as they are read while no temporary table stands in front of a real one. */
const readViews = (tx: Tx): Promise<{ view: string; definition: string }[]> =>
  tx<{ view: string; definition: string }[]>`
    SELECT relname AS view, pg_get_viewdef(oid) AS definition FROM pg_class
    WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace`

type Column = { name: string; type: string }
type Table = { table: string; columns: Column[] }

/** Returns the tables with rows of practices, and their columns that are written (not derived from others). */
export async function readTables(sql: postgres.ISql): Promise<Table[]> {
  return sql<Table[]>`
    SELECT c.relname AS table, json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
      ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '' AND a.attidentity = '' AND a.atttypid <> 'xid8'::regtype
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
      AND EXISTS (SELECT FROM pg_attribute p WHERE p.attrelid = c.oid AND p.attname = 'practice_id')
    GROUP BY c.relname ORDER BY c.relname`
}
