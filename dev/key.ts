import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { makeApiKey } from '../commands/apiKeys.ts'
import { keepApiKey, type Scope } from './demo/apiKey.ts'
import { databaseAway, findOwnerUrl } from './stack/ownerUrl.ts'

// `npm run key -- --practice SLUG --name NAME [--read]`: creates an API key and prints it this once. Uses the database
// of DATABASE_URL (its owner's), else the running embedded stack.

async function main(): Promise<string | null> {
  const { values } = parseArgs({
    options: { practice: { type: 'string' }, name: { type: 'string' }, read: { type: 'boolean', default: false } },
  })
  const { practice, name } = values
  if (!practice || !name) return 'Usage: npm run key -- --practice SLUG --name NAME [--read]'
  const sql = postgres(await findOwnerUrl(), { max: 1, connect_timeout: 5 })
  try {
    const key = makeApiKey()
    const scopes: Scope[] = values.read ? ['read'] : ['read', 'write']
    if (!(await keepApiKey(sql, key, { practice, name, scopes }))) return `There is no practice "${practice}".`
    console.log(`${key}\n\nFor ${practice}, to ${scopes.join(' and ')}. It is not shown again: only its hash is kept.`)
    return null
  } catch (problem) {
    return databaseAway(problem)
  } finally {
    await sql.end()
  }
}

const problem = await main().catch((error: Error) => error.message)
if (problem !== null) {
  console.error(problem)
  process.exitCode = 1
}
