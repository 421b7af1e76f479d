import { parseArgs } from 'node:util'
import { normaliseEmail } from '../domain/fields/emailAddress.ts'
import { endSupportPerson, keepSupportPerson } from './demo/supportPerson.ts'
import { runOnDatabase } from './stack/ownerUrl.ts'

// `npm run support -- --email ADDRESS [--name NAME] [--end]`: makes a person one of our support people, or ends that.
// Uses the database of DATABASE_URL (its owner's), else the running embedded stack.

await runOnDatabase('support', async (sql) => {
  const { values } = parseArgs({
    options: { email: { type: 'string' }, name: { type: 'string' }, end: { type: 'boolean', default: false } },
  })
  const address = normaliseEmail(values.email ?? '')
  if (!address.ok) throw new Error('Usage: npm run support -- --email ADDRESS [--name NAME] [--end]')
  const { email } = address
  if (values.end) {
    if (!(await endSupportPerson(sql, email))) throw new Error(`${email} is not of support.`)
    return `${email} is no longer of support, from now on.`
  }
  const kept = await keepSupportPerson(sql, { email, name: values.name ?? null })
  if (kept === 'no_sign_in') throw new Error(`${email} has no sign-in yet: give a name too (--name).`)
  const next = kept === 'new' ? ' A password is chosen at the sign-in, by "Forgot your password?".' : ''
  return `${email} is of support.${next}`
})
