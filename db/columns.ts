import type { Tx } from './client.ts'

/** Returns the column of a name in code: `practice_code` for `practiceCode`. */
export const columnOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Returns the columns of these names for a SELECT, under the names in code. */
export const selected = (tx: Tx, names: readonly string[]) =>
  tx.unsafe(names.map((name) => `${columnOf(name)} AS "${name}"`).join(', '))

/** An object of type T in one value of a row. */
export type Packed<T> = {
  /** The expression that gives its values as a JSON array. */
  sql: string
  /** Returns the object of such an array. */
  unpack: (values: readonly unknown[]) => T
}

/**
 * Returns how to read an object in one value, by the SQL of each of its fields. The names stay here, because PostgreSQL
 * takes twice as long for an object with its names as for an array.
 */
export function packed<T extends object>(fields: Record<keyof T, string>): Packed<T> {
  const names = Object.keys(fields)
  return {
    sql: `json_build_array(${Object.values(fields).join(', ')})`,
    unpack: (values) => {
      // A list unpacks a thousand of them: Object.fromEntries takes six times as long.
      const object: Record<string, unknown> = {}
      for (const [place, name] of names.entries()) object[name] = values[place]
      return object as T
    },
  }
}
