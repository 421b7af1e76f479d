import { parseArgs } from 'node:util'
import { NEW_PRACTICE_LIMITS } from '../domain/practice/limits.ts'
import { liftLimit } from './demo/practiceLimit.ts'
import { runOnDatabase } from './stack/ownerUrl.ts'

// `npm run lift -- --practice SLUG [--end]`: lifts a new practice's daily sending limit, or restores it. Uses the
// database of DATABASE_URL (its owner's), else the running embedded stack.

await runOnDatabase('lift', async (sql) => {
  const { values } = parseArgs({ options: { practice: { type: 'string' }, end: { type: 'boolean', default: false } } })
  const { practice, end } = values
  if (!practice) throw new Error('Usage: npm run lift -- --practice SLUG [--end]')
  const done = await liftLimit(sql, practice, !end)
  if (done === 'no_practice') throw new Error(`There is no practice "${practice}".`)
  const { invitations, texts } = NEW_PRACTICE_LIMITS
  const stands = end ? `sends at most ${invitations} invitations and ${texts} texts a day` : 'sends without a limit'
  return `${practice} ${stands}${done === 'unchanged' ? ', as before' : ' from now on'}.`
})
