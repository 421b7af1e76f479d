import { parseArgs } from 'node:util'
import type postgres from 'postgres'
import { z } from 'zod'
import { keyRing } from '../commands/configuration.ts'
import { openPool } from '../db/pool.ts'
import { keepColleagues } from './demo/seedColleagues.ts'
import { analyse, measurePractice, writeHistory } from './history/write.ts'
import { demoPractice, demoStaff } from './seed.ts'
import { homeFolder, openHome } from './stack/home.ts'
import { databaseAway, findOwnerUrl } from './stack/ownerUrl.ts'

// `npm run seed -- --onboardings 100000 [--practice SLUG] [--weeks 52]`: adds clients with a year of history to a
// practice, by default the demo practice. Uses the database of DATABASE_URL (a superuser's), else the running embedded
// stack.

const USAGE = 'Usage: npm run seed -- --onboardings NUMBER [--practice SLUG] [--weeks NUMBER]'
const wanted = z.object({
  onboardings: z.coerce.number().int('not a whole number').min(1, 'at least 1').max(1_000_000, 'at most 1,000,000'),
  weeks: z.coerce.number().int('not a whole number').min(1, 'at least 1').max(260, 'at most 260').default(52),
  practice: z.string().default(demoPractice.slug),
})

const figures = new Intl.NumberFormat('en-GB')

/** Seeds according to the arguments. Returns the problem with them or with the database; null on success. */
async function main(): Promise<string | null> {
  const { values } = parseArgs({
    options: { onboardings: { type: 'string' }, weeks: { type: 'string' }, practice: { type: 'string' } },
  })
  const read = wanted.safeParse(values)
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) =>
      values[path[0] as keyof typeof values] === undefined
        ? `--${String(path[0])} is missing`
        : `--${String(path[0])}: ${message}`,
    )
    return `${problems.join('\n')}\n${USAGE}`
  }
  const { onboardings: count, weeks, practice: slug } = read.data
  const sql = openPool(await findOwnerUrl(), 2, 'embark seed')
  try {
    const [practice] = await sql<{ id: string; name: string }[]>`SELECT id, name FROM practice WHERE slug = ${slug}`
    if (!practice) return `There is no practice "${slug}".`
    const begun = performance.now()
    const { colleagues, teams } = await keepColleagues(sql, practice.id)
    const total = await writeHistory(sql, {
      practiceId: practice.id,
      count,
      weeks,
      linkKeys: await linkKeys(),
      colleagues,
      teams,
      onProgress: (written) => {
        if (written < count) console.log(`${figures.format(written)} of ${figures.format(count)} written`)
      },
    })
    await measurePractice(sql, practice.id)
    await analyse(sql)
    const seconds = ((performance.now() - begun) / 1_000).toFixed(0)
    console.log(
      `\nAdded ${figures.format(count)} clients with ${weeks} weeks of history to ${practice.name} in ${seconds} s.`,
    )
    console.log(`It has ${figures.format(total)} clients now: ${await stagesOf(sql, practice.id)}.`)
    console.log(await signInOf(slug))
    return null
  } catch (problem) {
    return databaseAway(problem)
  } finally {
    await sql.end()
  }
}

async function stagesOf(sql: postgres.Sql, practiceId: string): Promise<string> {
  const rows = await sql<{ status: string; n: number }[]>`
    SELECT status, count(*)::int AS n FROM onboarding WHERE practice_id = ${practiceId} GROUP BY status ORDER BY n DESC`
  return rows.map(({ status, n }) => `${figures.format(n)} ${status.replace('_', ' ')}`).join(', ')
}

/** Returns the link keys of the processes that serve this database, because live links must work. */
async function linkKeys() {
  const { DATABASE_URL, LINK_KEYS } = process.env
  if (LINK_KEYS) return keyRing.parse(LINK_KEYS)
  if (DATABASE_URL) throw new Error('With DATABASE_URL, LINK_KEYS of that installation is needed too.')
  return keyRing.parse((await openHome(homeFolder())).secrets.linkKeys)
}

async function signInOf(slug: string): Promise<string> {
  if (process.env.DATABASE_URL || slug !== demoPractice.slug) return 'Its staff sign in as before.'
  const { ports, secrets } = await openHome(homeFolder())
  const [admin] = demoStaff(secrets.staffPasswords)
  return `Sign in at http://127.0.0.1:${ports.api}/clients as ${admin?.email} with ${admin?.password}.`
}

const problem = await main().catch((error: Error) => error.message)
if (problem !== null) {
  console.error(problem)
  process.exitCode = 1
}
