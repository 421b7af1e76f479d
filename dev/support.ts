import { parseArgs } from 'node:util'
import { openPool } from '../db/pool.ts'
import { normaliseEmail } from '../domain/fields/emailAddress.ts'
import { endSupportPerson, keepSupportPerson } from './demo/supportPerson.ts'
import { databaseAway, findOwnerUrl } from './stack/ownerUrl.ts'

// `npm run support -- --email ADDRESS [--name NAME] [--end]`: makes a person one of our support people, or ends that.
// Uses the database of DATABASE_URL (its owner's), else the running embedded stack.

async function main(): Promise<string | null> {
  const { values } = parseArgs({
    options: { email: { type: 'string' }, name: { type: 'string' }, end: { type: 'boolean', default: false } },
  })
  const address = normaliseEmail(values.email ?? '')
  if (!address.ok) return 'Usage: npm run support -- --email ADDRESS [--name NAME] [--end]'
  const { email } = address
  const sql = openPool(await findOwnerUrl(), 1, 'embark support')
  try {
    if (values.end) {
      if (!(await endSupportPerson(sql, email))) return `${email} is not of support.`
      console.log(`${email} is no longer of support, from now on.`)
      return null
    }
    const kept = await keepSupportPerson(sql, { email, name: values.name ?? null })
    if (kept === 'no_sign_in') return `${email} has no sign-in yet: give a name too (--name).`
    const next = kept === 'new' ? ' A password is chosen at the sign-in, by "Forgot your password?".' : ''
    console.log(`${email} is of support.${next}`)
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
