import { parseArgs } from 'node:util'
import { bankProviders } from '../providers/bank/banks.ts'
import { runOnDatabase } from './stack/ownerUrl.ts'

// `npm run banks -- --practice SLUG [--providers NAME,NAME]`: sends a practice's clients to these bank providers alone,
// the first preferred; without names to all that are set up. Uses the database of DATABASE_URL (its owner's), else the
// running embedded stack.

await runOnDatabase('banks', async (sql) => {
  const { values } = parseArgs({ options: { practice: { type: 'string' }, providers: { type: 'string' } } })
  const { practice } = values
  const names = values.providers?.split(',').map((name) => name.trim()) ?? null
  if (!practice) throw new Error('Usage: npm run banks -- --practice SLUG [--providers NAME,NAME]')
  const unknown = names?.find((name) => !bankProviders.includes(name))
  if (unknown !== undefined) throw new Error(`"${unknown}" is none of ${bankProviders.join(', ')}.`)
  const changed = await sql`UPDATE practice SET bank_providers = ${names} WHERE slug = ${practice}`
  if (changed.count === 0) throw new Error(`There is no practice "${practice}".`)
  return `${practice} connects banks through ${names?.join(', then ') ?? 'every provider that is set up'}.`
})
