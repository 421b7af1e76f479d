import type postgres from 'postgres'
import { openPool } from '../../db/pool.ts'
import { homeFolder, openHome } from './home.ts'
import { ownerUrlOf } from './postgres.ts'

/** Returns the address of the database: DATABASE_URL (its owner's), else that of the embedded stack, which must run. */
export async function findOwnerUrl(): Promise<string> {
  const { DATABASE_URL, EMBARK_DATABASE_URL } = process.env
  const given = DATABASE_URL ?? EMBARK_DATABASE_URL
  if (given) return given
  const { ports, secrets } = await openHome(homeFolder())
  return ownerUrlOf({ port: ports.postgres, password: secrets.ownerPassword })
}

/** Returns the message for a refused database connection; rethrows any other problem. */
export function databaseAway(problem: unknown): string {
  if ((problem as { code?: string }).code !== 'ECONNREFUSED') throw problem
  return 'The database does not answer. Is the stack running (npm start), or DATABASE_URL set?'
}

/**
 * Runs an operator's command on the database and prints its result. If it throws, prints the error's message and exits
 * with 1.
 */
export async function runOnDatabase(name: string, command: (sql: postgres.Sql) => Promise<string>): Promise<void> {
  try {
    const sql = openPool(await findOwnerUrl(), 1, `embark ${name}`)
    const done = command(sql).catch((problem) => {
      throw new Error(databaseAway(problem))
    })
    console.log(await done.finally(() => sql.end()))
  } catch (problem) {
    console.error((problem as Error).message)
    process.exitCode = 1
  }
}
