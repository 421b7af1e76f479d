import { parseArgs } from 'node:util'
import { makeApiKey } from '../commands/apiKeys.ts'
import { keepApiKey, type Scope } from './demo/apiKey.ts'
import { runOnDatabase } from './stack/ownerUrl.ts'

// `npm run key -- --practice SLUG --name NAME [--read]`: creates an API key and prints it this once. Uses the database
// of DATABASE_URL (its owner's), else the running embedded stack.

await runOnDatabase('key', async (sql) => {
  const { values } = parseArgs({
    options: { practice: { type: 'string' }, name: { type: 'string' }, read: { type: 'boolean', default: false } },
  })
  const { practice, name } = values
  if (!practice || !name) throw new Error('Usage: npm run key -- --practice SLUG --name NAME [--read]')
  const key = makeApiKey()
  const scopes: Scope[] = values.read ? ['read'] : ['read', 'write']
  if (!(await keepApiKey(sql, key, { practice, name, scopes }))) throw new Error(`There is no practice "${practice}".`)
  return `${key}\n\nFor ${practice}, to ${scopes.join(' and ')}. It is not shown again: only its hash is kept.`
})
