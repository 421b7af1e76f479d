import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { openPool } from './pool.ts'

const FOLDER = new URL('./migrations/', import.meta.url)

/**
 * Migrates the database at `databaseUrl` (as its owner) to the newest version: numbered SQL files, forward only, each
 * in one transaction with its record. Concurrent processes wait for one lock. Returns the names applied now. Throws if
 * an applied file was changed, or if a new file sorts before an applied one, because it would meet another schema here
 * than in a database that runs all files in order.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const sql = openPool(databaseUrl, 1, 'embark migrate')
  try {
    const names = (await readdir(FOLDER)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort()
    const applied: string[] = []
    for (const name of names) {
      const text = await readFile(new URL(name, FOLDER), 'utf8')
      const sha256 = createHash('sha256').update(text).digest('hex')
      await sql.begin(async (tx) => {
        // The lock ends with the transaction, so no pool or crash can leave it behind.
        await tx`SELECT pg_advisory_xact_lock(hashtext('embark migrations'))`
        await tx`CREATE TABLE IF NOT EXISTS migration (
          name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`
        const [done] = await tx<{ sha256: string }[]>`SELECT sha256 FROM migration WHERE name = ${name}`
        if (done) {
          if (done.sha256 !== sha256) throw new Error(`${name} was changed after it had been applied`)
          return
        }
        const [later] = await tx<{ name: string }[]>`
          SELECT name FROM migration WHERE name > ${name} COLLATE "C" ORDER BY name COLLATE "C" DESC LIMIT 1`
        if (later) throw new Error(`${name} is new but sorts before ${later.name}, which has been applied`)
        await tx.unsafe(text)
        await tx`INSERT INTO migration (name, sha256) VALUES (${name}, ${sha256})`
        applied.push(name)
      })
    }
    return applied
  } finally {
    await sql.end()
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const databaseUrl = process.env.DATABASE_URL
  if (!databaseUrl) {
    console.error('DATABASE_URL is missing: the address of the database, as its owner')
    process.exit(1)
  }
  const applied = await migrate(databaseUrl)
  console.log(applied.length ? `Applied ${applied.join(', ')}` : 'The database is up to date')
}
