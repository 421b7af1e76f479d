import type postgres from 'postgres'
import { createSealer, SealFailure } from '../providers/seal.ts'

type Row = { id: string; practiceId: string; sealed: string }
type SealedColumn = { table: string; column: string; key: 'id' | 'practice_id'; context: (row: Row) => string }

const session = ({ id }: Row) => `session:${id}`

/** All columns that hold sealed text, with the context of the seal. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    ...{ table: 'sign_on', column: 'client_secret_sealed', key: 'practice_id' },
    context: ({ practiceId }) => `sign_on.client_secret:${practiceId}`,
  },
  {
    ...{ table: 'organisation', column: 'ni_number_sealed', key: 'id' },
    context: ({ practiceId }) => `organisation.ni_number:${practiceId}`,
  },
  { table: 'sign_in', column: 'tokens_sealed', key: 'id', context: ({ id }) => `connection:${id}` },
  { table: 'connection', column: 'secret_sealed', key: 'id', context: ({ id }) => `bank:${id}` },
  { table: 'auth_session', column: 'verifier_sealed', key: 'id', context: session },
  { table: 'auth_session', column: 'grant_sealed', key: 'id', context: session },
  { table: 'client_draft', column: 'data_sealed', key: 'id', context: ({ id }) => `draft:${id}` },
]

const ROWS_PER_READ = 500
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/** The number of texts still sealed under each key other than the first, by key id. */
export type StillUsed = Map<string, number>

/**
 * Seals everything in the database under the first key of the ring, while the processes run: a text that changes
 * meanwhile is left alone. Reports progress to `tell`. Returns the texts that could not be opened or were sealed under
 * another key meanwhile.
 */
export async function resealAll(
  sql: postgres.Sql,
  ring: readonly { id: string; key: Buffer }[],
  tell: (progress: string) => void,
): Promise<StillUsed> {
  const sealer = createSealer(ring)
  const prefix = `s1.${ring[0]?.id}.`
  const left: StillUsed = new Map()
  for (const { table, column, key, context } of SEALED_COLUMNS) {
    const isOld = sql`${sql(column)} IS NOT NULL AND NOT starts_with(${sql(column)}, ${prefix})`
    const [counted] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM ${sql(table)} WHERE ${isOld}`
    const all = counted?.n ?? 0
    let done = 0
    let last = BEFORE_ALL
    for (;;) {
      const rows = await sql<Row[]>`
        SELECT ${sql(key)} AS id, practice_id AS "practiceId", ${sql(column)} AS sealed FROM ${sql(table)}
        WHERE ${isOld} AND ${sql(key)} > ${last} ORDER BY ${sql(key)} LIMIT ${ROWS_PER_READ}`
      for (const row of rows) {
        const plain = opened(() => sealer.open(row.sealed, context(row)))
        if (plain === null) continue
        const fresh = sealer.seal(plain, context(row))
        const written = await sql`
          UPDATE ${sql(table)} SET ${sql({ [column]: fresh })} WHERE ${sql(key)} = ${row.id} AND ${sql(column)} = ${row.sealed}`
        done += written.count
      }
      last = rows.at(-1)?.id ?? last
      if (rows.length > 0) tell(`${table}.${column}: ${done} of ${all}`)
      if (rows.length < ROWS_PER_READ) break
    }
    const still = await sql<{ id: string; n: number }[]>`
      SELECT split_part(${sql(column)}, '.', 2) AS id, count(*)::int AS n FROM ${sql(table)} WHERE ${isOld} GROUP BY 1`
    for (const { id, n } of still) left.set(id, (left.get(id) ?? 0) + n)
  }
  return left
}

/** Returns null for a text that cannot be opened with this ring; it is counted at the end. */
function opened(open: () => string): string | null {
  try {
    return open()
  } catch (error) {
    if (error instanceof SealFailure) return null
    throw error
  }
}

/** Returns the closing text, and whether every old key may be removed. */
export function resealed(ring: readonly { id: string }[], left: StillUsed): { isDone: boolean; text: string } {
  const [first, ...old] = ring.map(({ id }) => id)
  const others = [...left].map(([id, n]) =>
    old.includes(id)
      ? `${n} under "${id}" could not be opened or came meanwhile: run this again once every process has "${first}" in front.`
      : `${n} under "${id}", which is not in SEAL_KEYS: add it and run this again, or what they hold is lost.`,
  )
  const may = old.filter((id) => !left.has(id)).map((id) => `"${id}"`)
  const gone =
    may.length > 0
      ? `${may.join(', ')} may go from SEAL_KEYS, 15 minutes after every api and worker runs with "${first}" in front.`
      : null
  const text = [
    others.length === 0 ? `Everything is sealed under "${first}".` : 'Not everything is sealed anew:',
    ...others,
  ]
  return { isDone: left.size === 0, text: [...text, ...(gone ? [gone] : [])].join('\n') }
}
