/** The query of an address: one text for a name that occurs once, a list for one that repeats. */
export type Search = Record<string, string | string[] | undefined>

/** Parses the query of an address. Values stay text. */
export function readSearch(text: string): Search {
  const given = new URLSearchParams(text)
  return Object.fromEntries(
    [...new Set(given.keys())].map((name) => {
      const values = given.getAll(name)
      return [name, values.length > 1 ? values : (values[0] ?? '')]
    }),
  )
}

/** Writes a query with its question mark; empty values are left out, and an empty query gives an empty text. */
export function writeSearch(search: Record<string, unknown>): string {
  const written = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') written.append(name, String(one))
    }
  }
  const text = written.toString()
  return text ? `?${text}` : ''
}

/** Returns all values of one name as a list. */
export const valuesOf = (value: string | string[] | undefined): string[] =>
  value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]

/** Returns the same; undefined for none. */
export function anyOf(value: string | string[] | undefined): string[] | undefined {
  const found = valuesOf(value)
  return found.length > 0 ? found : undefined
}

/** Returns those of the given values that are among all; undefined for none. */
export function severalOf<T extends string>(all: readonly T[], value: string | string[] | undefined): T[] | undefined {
  const found = all.filter((one) => valuesOf(value).includes(one))
  return found.length > 0 ? found : undefined
}

/** Returns a value that has the form of a date (`2026-03-10`); undefined for any other. */
export const dayIn = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined
