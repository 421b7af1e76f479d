import { readdir } from 'node:fs/promises'
import type { Database } from './client.ts'

const FOLDER = new URL('./migrations/', import.meta.url)

/** Returns the migrations of this code that the database lacks. Throws if the database does not answer. */
export async function missingMigrations({ sql }: Database): Promise<string[]> {
  const [files, applied] = await Promise.all([readdir(FOLDER), sql<{ name: string }[]>`SELECT name FROM migration`])
  const done = new Set(applied.map((row) => row.name))
  return files.filter((name) => /^\d{4}_.+\.sql$/.test(name) && !done.has(name)).sort()
}
