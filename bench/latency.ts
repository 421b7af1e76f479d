import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '../commands/execute.ts'
import { tokenOf } from '../commands/invitations/linkTokens.ts'
import { settleAgain } from '../commands/settleTurned.ts'
import { analyse } from '../dev/history/write.ts'
import { type Embedded, withStack } from './kit/embedded.ts'
import { Browser, makeKey, staffApi } from './kit/http.ts'
import { journeysOn } from './kit/journey.ts'
import { atRate, inParallel, timed } from './kit/pool.ts'
import { quantile, type Row, runAlone, spread } from './kit/table.ts'
import { timedDatabase } from './kit/transactions.ts'
import { seed, seedPractice } from './seed.ts'

const SEEDED = 100_000
const SECOND = 5_000
const PEOPLE = 40
const READS = 60
const WARM_UP = 12
/** The load beside accepting: whole onboardings. */
const LOAD = 40
const LOAD_PER_SECOND = 3

type Step = NonNullable<Parameters<ReturnType<typeof journeysOn>['create']>[0]>['steps']
const accepting: Step = { bank: 'skip', books: 'practice', mapping: 'practice' }

/** Measures the times that people wait for, over HTTP and one after another, with 100,000 onboardings in the tables. */
export function measureLatency(): Promise<Row[]> {
  // Seeded clients have no runs at the engine. The reconciler would start 2,000 of them a minute beside the measurement.
  const environment = { REQUESTS_PER_MINUTE: '1000000', RECONCILE_SECONDS: '3600' }
  return withStack({ services: ['sandbox', 'worker', 'api'], environment }, async (embedded) => {
    const { owner, practice } = embedded
    const second = makeKey()
    const secondId = await seedPractice(owner, 'second-co', second.sha256)
    const seedMs = await timed(async () => {
      await seed(owner, practice.id, SEEDED, embedded.commands.linkKeys)
      await seed(owner, secondId, SECOND, embedded.commands.linkKeys)
      await analyse(owner)
    })
    return [
      {
        measure: `seeding ${SEEDED} onboardings and a second practice of ${SECOND}`,
        value: `${(seedMs / 1000).toFixed(0)} s`,
        aim: '< 120 s',
        note: 'all that follows is measured on these, one request at a time, without the reconciler',
      },
      await commitRow(embedded),
      ...(await clientRows(embedded)),
      ...(await staffRows(embedded)),
    ]
  })
}

/** Measures the disk and three round trips alone: the lower bound of every deciding transaction. */
async function commitRow({ owner }: Embedded): Promise<Row> {
  await owner`CREATE TABLE counted (n integer)`
  await owner`INSERT INTO counted VALUES (0)`
  const times: number[] = []
  for (let n = 0; n < READS + WARM_UP; n += 1) {
    times.push(await timed(() => owner.begin((tx) => tx`UPDATE counted SET n = n + 1`)))
  }
  await owner`DROP TABLE counted`
  return {
    measure: 'changing one row of one column, committed durably, p50 / p95',
    value: spread(times.slice(WARM_UP)),
    note: 'for comparison: begin, one statement, commit and its flush to this disk',
  }
}

/** Measures accepting and returning from the bank, over HTTP and as the transaction alone. */
async function clientRows(embedded: Embedded): Promise<Row[]> {
  const { commands, owner, providers, stack } = embedded
  const { db, times } = timedDatabase(commands.db)
  const journey = journeysOn({ ...embedded, commands: { ...commands, db } })
  const invited = async (count: number, steps: Step) => {
    const targets: Target[] = []
    await inParallel(count, 10, async () => {
      const target = await journey.create(steps ? { steps } : {})
      await journey.invited.until(target.onboardingId)
      targets.push(target)
    })
    return targets
  }
  const pathOf = async (linkId: string) => {
    const [link] = await owner<{ id: string; keyId: string }[]>`
      SELECT id, key_id AS "keyId" FROM link WHERE id = ${linkId}`
    if (!link) throw new Error('there is no link')
    return `/j/${tokenOf(commands.linkKeys, link)}`
  }

  const accepted = { httpMs: [] as number[], quietMs: [] as number[], loadedMs: [] as number[] }
  for (const target of await invited(PEOPLE + WARM_UP, accepting)) {
    const path = await pathOf(await journey.linkOf(target))
    const person = new Browser(stack.addresses.url)
    await person.go(path)
    accepted.httpMs.push(await timed(() => person.go(`${path}/accept`, {})))
  }
  const acceptAll = async (targets: Target[], decidedMs: number[], pauseMs: number) => {
    for (const target of targets) {
      const linkId = await journey.linkOf(target)
      await sleep(pauseMs)
      times.length = 0
      await journey.accept(target, linkId)
      decidedMs.push(times[0] ?? Number.NaN)
    }
  }
  await acceptAll(await invited(PEOPLE + WARM_UP, accepting), accepted.quietMs, 0)
  const waiting = await invited(PEOPLE + WARM_UP, accepting)
  const others = journeysOn(embedded)
  await Promise.all([
    atRate(LOAD_PER_SECOND, LOAD, async () => {
      await others.complete()
    }),
    acceptAll(waiting, accepted.loadedMs, (LOAD * 1000) / LOAD_PER_SECOND / waiting.length),
  ])

  const returned = { httpMs: [] as number[], providerMs: [] as number[], decidedMs: [] as number[] }
  for (const target of await invited(PEOPLE + WARM_UP, undefined)) {
    const path = await pathOf(await journey.linkOf(target))
    const person = new Browser(stack.addresses.url)
    const hosted = (await person.go(`${path}/bank`, { bank: 'ob-northgate' })) ?? ''
    const opaque = new URL(hosted).pathname.split('/').at(-1)
    const { id, returnUri } = (await embedded.control('POST', `/truelayer/connections/${opaque}`, {
      action: 'approve',
    })) as { id: string; returnUri: string }
    const { pathname, search } = new URL(returnUri)
    returned.httpMs.push(await timed(() => person.go(`${pathname}${search}`)))
    returned.providerMs.push(
      await timed(() => providers.banks.first.status({ externalId: id, secret: null }, '203.0.113.9')),
    )
  }
  for (const target of await invited(PEOPLE + WARM_UP, undefined)) {
    await journey.accept(target, await journey.linkOf(target))
    const sessionId = await journey.approveBank(target)
    times.length = 0
    await journey.settleBank(target, sessionId)
    // The first transaction reads the session, the second decides.
    returned.decidedMs.push(times[1] ?? Number.NaN)
  }

  const warm = (values: number[]) => values.slice(WARM_UP)
  const count = `${PEOPLE} each`
  const provider = quantile(warm(returned.providerMs), 0.5).toFixed(0)
  return [
    { measure: 'accept over HTTP, p50 / p95', value: spread(warm(accepted.httpMs)), aim: 'p95 < 150 ms', note: count },
    {
      measure: '  of which the deciding transaction',
      value: spread(warm(accepted.quietMs)),
      aim: 'p50 ≤ 4 ms',
      note: 'measured alone: begin, lock and read, decide, write, commit',
    },
    {
      measure: '  the same under load',
      value: spread(warm(accepted.loadedMs)),
      note: `${LOAD_PER_SECOND} other onboardings a second from creation to completion`,
    },
    {
      measure: 'return from the bank over HTTP',
      value: spread(warm(returned.httpMs)),
      aim: 'p95 < 150 ms',
      note: `${count}; the provider's own answers are in it, about ${provider} ms`,
    },
    {
      measure: '  of which the deciding transaction',
      value: spread(warm(returned.decidedMs)),
      aim: 'p50 ≤ 2.5 ms',
      note: 'measured alone; writes the session, the connection and its accounts besides',
    },
  ]
}

/** Measures the API requests of staff and scripts. */
async function staffRows(embedded: Embedded): Promise<Row[]> {
  const { stack, owner, practice } = embedded
  const api = staffApi(stack.addresses.url, stack.apiKey)
  const some = await owner<{ id: string }[]>`
    SELECT id FROM onboarding WHERE practice_id = ${practice.id} ORDER BY hashtextextended(id::text, 0) LIMIT ${READS}`
  const reads = async (measure: string, note: string, pathOf: (n: number) => string): Promise<Row> => {
    const times: number[] = []
    for (let n = 0; n < READS + WARM_UP; n += 1) times.push(await timed(() => api('GET', pathOf(n))))
    return { measure, value: spread(times.slice(WARM_UP)), aim: 'p95 < 50 ms', note }
  }
  const oneOf = (values: string[], n: number) => encodeURIComponent(values[n % values.length] ?? '')

  const managers = Array.from({ length: 20 }, () => randomUUID())
  await owner`UPDATE organisation SET account_manager_id = (${managers}::uuid[])[1 + mod(abs(hashtextextended(id::text, 0)), 20)]
    WHERE practice_id = ${practice.id}`
  await owner`VACUUM ANALYZE organisation`
  // Access that ends in every week from a month ago to three months from now; whose end is near is asked to confirm.
  await owner`UPDATE connection SET access_until = now() + (mod(abs(hashtextextended(id::text, 1)), 120) - 30) * interval '1 day'
    WHERE practice_id = ${practice.id} AND kind = 'bank' AND state = 'connected'`
  await owner`UPDATE connection SET asked_at = now() WHERE practice_id = ${practice.id} AND access_until < now() + interval '14 days'`
  // One request in fifty bounced.
  await owner`
    INSERT INTO message (practice_id, onboarding_id, generation, run, purpose, channel, state, state_at, created_at)
    SELECT practice_id, id, generation, run, 'renewal', 'email',
      CASE WHEN mod(abs(hashtextextended(id::text, 2)), 50) = 0 THEN 'bounced' ELSE 'delivered' END, now(), now()
    FROM onboarding WHERE id IN (SELECT onboarding_id FROM connection WHERE practice_id = ${practice.id} AND asked_at IS NOT NULL)`
  await owner`VACUUM ANALYZE connection, message`

  const settled = await settleRow(embedded)

  // The reads are measured while nothing else is written.
  await owner`CHECKPOINT`
  const statuses = ['invited', 'accepted', 'completed', 'expired', 'declined', 'cancelled', 'gave_up', 'not_invited']
  const words = ['harbour', 'willow bak', 'jo', 'BRI4711', 'quayside dental', 'EM-', 'zz nothing', 'shah', '07700']
  let cursor = ''
  const paged: number[] = []
  for (let n = 0; n < READS + WARM_UP; n += 1) {
    paged.push(
      await timed(async () => {
        const page = await api<{ nextCursor: string | null }>('GET', `/onboardings?limit=100${cursor}`)
        cursor = page.nextCursor ? `&cursor=${encodeURIComponent(page.nextCursor)}` : ''
      }),
    )
  }
  return [
    settled,
    await reads('list, newest', '25 rows', () => '/onboardings'),
    { measure: 'list, page by page', value: spread(paged.slice(WARM_UP)), aim: 'p95 < 50 ms', note: '100 rows each' },
    await reads('list by status', '8 statuses', (n) => `/onboardings?status=${oneOf(statuses, n)}`),
    await reads('list by move', 'client, practice', (n) => `/onboardings?move=${oneOf(['client', 'practice'], n)}`),
    await reads(
      'list by what blocks, longest waiting first',
      '5 blockers',
      (n) =>
        `/onboardings?sort=waiting&blockedBy=${oneOf(['bank', 'mapping', 'expired', 'acceptance', 'access_ended'], n)}`,
    ),
    await reads(
      'list of a view, longest waiting first',
      'attention, us, client',
      (n) => `/onboardings?sort=waiting&view=${oneOf(['attention', 'us', 'client'], n)}`,
    ),
    await reads(
      'list of one account manager, of 20',
      '5,000 clients each',
      (n) => `/onboardings?sort=waiting&manager=${oneOf(managers, n)}`,
    ),
    await reads('counts', 'needs attention and waiting for us, up to 100', () => '/onboardings/counts'),
    await reads('board', 'six columns, counted and the longest wait', () => '/onboardings/board'),
    await reads('search', `${words.length} words, from rare to common`, (n) => `/onboardings?q=${oneOf(words, n)}`),
    await reads('detail', 'over all statuses', (n) => `/onboardings/${some[n % some.length]?.id}`),
    await reads('conversion report', '26 weeks', () => '/reports/conversion'),
    await reads('bank access, to act on now', '50 rows, earliest first', () => '/consents?view=act_now'),
    await reads(
      'bank access of a view',
      'next 30 days, ended, all',
      (n) => `/consents?view=${oneOf(['next_30_days', 'ended', 'all'], n)}`,
    ),
    await reads('bank access by turn', 'client, practice', (n) => `/consents?move=${oneOf(['client', 'practice'], n)}`),
    await reads('bank access of one account manager', 'of 20', (n) => `/consents?manager=${oneOf(managers, n)}`),
    await reads('bank access, counts', 'four views, up to 100', () => '/consents/counts'),
    await reads('bank access, search', 'the same words', (n) => `/consents?q=${oneOf(words, n)}`),
    await createRow(api),
  ]
}

/** Measures the creation of clients, last: the engine and the worker go on with them. */
async function createRow(api: ReturnType<typeof staffApi>): Promise<Row> {
  const times: number[] = []
  for (let n = 0; n < PEOPLE + WARM_UP; n += 1) {
    const invitation = { name: 'Jo Carter', email: `jo.${n}@measured.example`, channels: ['email'] }
    const client = { organisation: { name: `Measured ${n} Ltd` }, invitation }
    times.push(await timed(() => api('POST', '/onboardings', client)))
  }
  return {
    measure: 'create with an invitation',
    value: spread(times.slice(WARM_UP)),
    note: 'POST /onboardings, workflow start included',
  }
}

/** Writes every completed client of the practice again, as the worker does once what time brings has come. */
async function settleRow({ commands, owner, practice }: Embedded): Promise<Row> {
  const ids = await owner<{ id: string }[]>`
    SELECT id FROM onboarding WHERE practice_id = ${practice.id} AND status = 'completed'`
  const ms = await timed(() =>
    inParallel(ids.length, 8, (n) =>
      settleAgain(commands, { practiceId: practice.id, onboardingId: ids[n]?.id ?? '' }),
    ),
  )
  const [lost] = await owner<{ n: number }[]>`
    SELECT count(*)::int AS n FROM onboarding WHERE practice_id = ${practice.id} AND blocked_by = 'access_ended'`
  await owner`VACUUM ANALYZE onboarding`
  return {
    measure: `writing ${ids.length} completed clients again`,
    value: `${(ms / 1000).toFixed(0)} s`,
    note: `eight at a time; the access of ${lost?.n ?? 0} has ended`,
  }
}

await runAlone(import.meta.url, measureLatency)
