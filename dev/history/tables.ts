import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type postgres from 'postgres'

/** A column's value. Arrays hold plain words. */
export type Value = string | number | boolean | null | Date | readonly string[]

/** Rows for bulk copying into tables, in the text format of PostgreSQL's COPY. */
export class Tables {
  readonly #of = new Map<string, { columns: string[]; lines: string[] }>()

  /** Adds a row; all rows of one table must have the same columns. */
  add(table: string, row: Record<string, Value>): void {
    const { columns, lines } = this.#table(table, () => Object.keys(row))
    lines.push(`${columns.map((column) => textOf(row[column] ?? null)).join('\t')}\n`)
  }

  /** Adds all rows to other tables, rewritten. */
  addTo(others: Tables, rewrite: (text: string) => string): void {
    for (const [table, { columns, lines }] of this.#of) {
      others.#table(table, () => columns).lines.push(rewrite(lines.join('')))
    }
  }

  /** Copies all rows, table by table, and clears them. */
  async copy(tx: postgres.TransactionSql): Promise<void> {
    for (const [table, { columns, lines }] of this.#of) {
      const names = columns.map((column) => `"${column}"`).join(', ')
      const query = tx.unsafe(`COPY ${table} (${names}) FROM STDIN`)
      const refused = refusalOf(query)
      const into = await query.writable()
      await Promise.race([pipeline(Readable.from(chunked(lines)), into), refused])
    }
    this.#of.clear()
  }

  #table(table: string, columns: () => string[]) {
    const known = this.#of.get(table)
    if (known) return known
    const made = { columns: columns(), lines: [] }
    this.#of.set(table, made)
    return made
  }
}

/**
 * Returns a promise that rejects with the database's reason for refusing a copy. After the last row the driver reports
 * the reason only to the query, whose promise is settled by then, so the stream would never end.
 */
function refusalOf(query: object): Promise<never> {
  const told = query as { reject: (reason: unknown) => void }
  const refused = new Promise<never>((_, reject) => {
    const tell = told.reject
    told.reject = (reason) => {
      tell(reason)
      reject(reason)
    }
  })
  refused.catch(() => undefined)
  return refused
}

const LINES_AT_ONCE = 2_000

function* chunked(lines: string[]): Generator<string> {
  for (let from = 0; from < lines.length; from += LINES_AT_ONCE) yield lines.slice(from, from + LINES_AT_ONCE).join('')
}

function textOf(value: Value): string {
  if (value === null) return '\\N'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'string') return escaped(value)
  return escaped(`{${value.map((one) => `"${one}"`).join(',')}}`)
}

const escaped = (text: string) =>
  /[\\\n\r\t]/.test(text)
    ? text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')
    : text
