import type postgres from 'postgres'
import type { LinkKeys } from '../commands/invitations/linkTokens.ts'
import { analyse, writeHistory } from '../dev/history/write.ts'
import { withStack } from './kit/embedded.ts'
import { timed } from './kit/pool.ts'
import { type Row, runAlone } from './kit/table.ts'

const WEEKS = 26

/** Fills a practice with clients and half a year of history (`dev/history`). Call `analyse` afterwards. */
export async function seed(sql: postgres.Sql, practiceId: string, count: number, linkKeys: LinkKeys): Promise<void> {
  await writeHistory(sql, { practiceId, count, weeks: WEEKS, linkKeys })
}

/** Creates a practice with an API key for both scopes. Returns its id. */
export async function seedPractice(sql: postgres.Sql, slug: string, keySha256: Buffer): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    INSERT INTO practice (slug, name, notification_email, limit_lifted_at)
    VALUES (${slug}, 'Second & Co', ${`office@${slug}.example`}, now()) RETURNING id`
  if (!row) throw new Error('no practice was made')
  await sql`INSERT INTO api_key (practice_id, name, key_sha256, scopes)
    VALUES (${row.id}, 'Bench', ${keySha256}, '{read,write}')`
  return row.id
}

/** Measures the seeding itself. */
export function measureSeed(): Promise<Row[]> {
  return withStack({ services: ['sandbox'] }, async ({ owner, practice, commands }) => {
    const count = 100_000
    const ms = await timed(() => seed(owner, practice.id, count, commands.linkKeys))
    const analysedMs = await timed(() => analyse(owner))
    const statuses = await owner<{ status: string; n: number }[]>`
      SELECT status, count(*)::integer AS n FROM onboarding GROUP BY status ORDER BY n DESC`
    return [
      {
        measure: `seeding ${count} onboardings`,
        value: `${((ms + analysedMs) / 1000).toFixed(1)} s`,
        aim: '< 120 s',
        note: statuses.map(({ status, n }) => `${status} ${n}`).join(', '),
      },
    ]
  })
}

await runAlone(import.meta.url, measureSeed)
