import { readdir } from 'node:fs/promises'
import type { Database } from './client.ts'

const FOLDER = new URL('./migrations/', import.meta.url)

/** The migrations this code came with that the database has not had. Throws when the database does not answer. */
export async function missingMigrations({ sql }: Database): Promise<string[]> {
  const [files, applied] = await Promise.all([readdir(FOLDER), sql<{ name: string }[]>`SELECT name FROM migration`])
  const done = new Set(applied.map((row) => row.name))
  return files.filter((name) => /^\d{4}_.+\.sql$/.test(name) && !done.has(name)).sort()
}
