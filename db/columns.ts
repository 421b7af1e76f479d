import type { Tx } from './client.ts'

/** Returns the column of a name in code: `practice_code` for `practiceCode`. */
export const columnOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Returns the columns of these names for a SELECT, under the names in code. */
export const selected = (tx: Tx, names: readonly string[]) =>
  tx.unsafe(names.map((name) => `${columnOf(name)} AS "${name}"`).join(', '))

/** Returns the columns of these names for json_build_object, under the names in code. `of` is the table's alias. */
export const inJson = (tx: Tx, of: string, names: readonly string[]) =>
  tx.unsafe(names.map((name) => `'${name}', ${of}.${columnOf(name)}`).join(', '))
