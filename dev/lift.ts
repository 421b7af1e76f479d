import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { NEW_PRACTICE_LIMITS } from '../domain/practice/limits.ts'
import { liftLimit } from './demo/practiceLimit.ts'
import { databaseAway, findOwnerUrl } from './stack/ownerUrl.ts'

// `npm run lift -- --practice SLUG [--end]`: lifts a new practice's daily sending limit, or restores it. Uses the
// database of DATABASE_URL (its owner's), else the running embedded stack.

async function main(): Promise<string | null> {
  const { values } = parseArgs({ options: { practice: { type: 'string' }, end: { type: 'boolean', default: false } } })
  const { practice, end } = values
  if (!practice) return 'Usage: npm run lift -- --practice SLUG [--end]'
  const sql = postgres(await findOwnerUrl(), { max: 1, connect_timeout: 5 })
  try {
    const done = await liftLimit(sql, practice, !end)
    if (done === 'no_practice') return `There is no practice "${practice}".`
    const { invitations, texts } = NEW_PRACTICE_LIMITS
    const stands = end ? `sends at most ${invitations} invitations and ${texts} texts a day` : 'sends without a limit'
    console.log(`${practice} ${stands}${done === 'unchanged' ? ', as before' : ' from now on'}.`)
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
