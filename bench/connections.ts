import { setTimeout as sleep } from 'node:timers/promises'
import { analyse } from '../dev/history/write.ts'
import { type Embedded, withStack } from './kit/embedded.ts'
import { journeysOn } from './kit/journey.ts'
import { inParallel } from './kit/pool.ts'
import { cpuDuring, residentMbOf } from './kit/processes.ts'
import { type Row, runAlone } from './kit/table.ts'
import { seed } from './seed.ts'

const WANTED = 1_000
/** Clients whose connections the sandbox knows, for the cost of looks and refreshes. */
const REAL = 40
const AT_ONCE = 10
/** Looks at each of them: one round alone costs less than what the engine does by itself in that time. */
const LOOK_ROUNDS = 5
/** The time for the whole, so that a size for which the machine is too slow ends. */
const PATIENCE_MS = 1_500_000
/** The pause before and after what is measured, in which the stack spends what it spends by itself. */
const IDLE_MS = 20_000
/** Clients in the seeded history for each that has a bank, and some more. */
const CLIENTS_PER_BANK = 3
/** The days between two refreshes of a Xero sign-in. */
const REFRESH_DAYS = 44

const parts = ['worker', 'temporal'] as const

/**
 * Measures the memory of parked connections, the time in which the worker starts workflows for connections that have none,
 * and the cost of a day: a look at each connection, and the refreshes that fall on it.
 */
export function measureConnections(wanted = WANTED): Promise<Row[]> {
  const environment = { RECONCILE_SECONDS: '1' }
  const end = Date.now() + PATIENCE_MS
  const until = (isSo: () => Promise<boolean>, what: string) => untilAt(end, isSo, what)
  return withStack({ services: ['sandbox', 'worker'], environment }, async (embedded) => {
    const { owner, practice, commands } = embedded
    const { create, settleBank, approveBank, settleBooks, approveBooks } = journeysOn(embedded)
    await inParallel(REAL, AT_ONCE, async () => {
      const target = await create({ invitation: null })
      await settleBank(target, await approveBank(target))
      await settleBooks(target, await approveBooks(target))
    })
    await until(async () => (await count(embedded, 'wake_at IS NOT NULL')) === REAL, 'the workflows of the first')
    await seed(owner, practice.id, wanted * CLIENTS_PER_BANK, commands.linkKeys)
    await analyse(owner)
    const before = memory(embedded)

    const begun = performance.now()
    const parked = await owner`
      UPDATE connection SET workflow_started_at = NULL, access_until = now() + interval '60 days' + random() * interval '30 days'
      WHERE id IN (SELECT id FROM connection WHERE kind = 'bank' AND state = 'connected' AND wake_at IS NULL LIMIT ${wanted})`
    if (parked.count < wanted) throw new Error(`the history holds ${parked.count} banks of ${wanted}`)
    await until(async () => (await count(embedded, 'wake_at IS NOT NULL')) >= parked.count + REAL, 'all to be parked')
    const spentMs = performance.now() - begun
    const after = memory(embedded)

    const looks = await cost(embedded, LOOK_ROUNDS * 2 * REAL, async () => {
      for (let round = 0; round < LOOK_ROUNDS; round++) {
        await owner`UPDATE connection SET look_at = now(), looked_at = NULL WHERE look_at IS NOT NULL`
        await until(async () => (await count(embedded, 'looked_at IS NOT NULL', 'TRUE')) >= 2 * REAL, 'the looks')
      }
    })
    const refreshes = await cost(embedded, REAL, async () => {
      await owner`UPDATE sign_in SET used_at = used_at - interval '50 days', wake_at = now() - interval '1 minute'`
      await until(async () => {
        const [row] = await owner<{ n: number }[]>`
          SELECT count(*)::int AS n FROM sign_in WHERE used_at > now() - interval '1 day'`
        return row?.n === REAL
      }, 'the refreshes')
    })
    const day = (n: number) => ((n * looks.ms + (n / REFRESH_DAYS) * refreshes.ms) / 1000).toFixed(0)
    return [
      ...parts.map((part) => ({
        measure: `memory of ${part === 'temporal' ? 'engine' : part} with ${parked.count} parked connections`,
        value: `${after[part].toFixed(0)} MB`,
        note: `${before[part].toFixed(0)} MB with ${2 * REAL}${part === 'worker' ? '; 1000 cached' : ''}`,
      })),
      {
        measure: 'connections without a workflow, started per second',
        value: ((parked.count * 1000) / spentMs).toFixed(0),
        note: 'by the worker’s pass, at most 1000 in each',
      },
      { measure: 'processor time of a look', value: `${looks.ms.toFixed(1)} ms`, note: looks.note },
      { measure: 'processor time of a refresh', value: `${refreshes.ms.toFixed(1)} ms`, note: refreshes.note },
      {
        measure: `processor time of a day, ${parked.count} connections`,
        value: `${day(parked.count)} s`,
        note: `a look at each, one refresh in ${REFRESH_DAYS} days; 10,000: ${day(10_000)} s`,
      },
    ]
  })
}

const memory = ({ pidOf }: Embedded): Record<(typeof parts)[number], number> => ({
  worker: residentMbOf(pidOf('worker')),
  temporal: residentMbOf(pidOf('temporal')),
})

/** Counts connections, by default of banks. */
async function count({ owner }: Embedded, where: string, kind = `kind = 'bank'`): Promise<number> {
  const [row] = await owner.unsafe<{ n: number }[]>(
    `SELECT count(*)::int AS n FROM connection WHERE ${where} AND ${kind}`,
  )
  return row?.n ?? 0
}

/** Returns the processor time of `work` per item, without what the stack spends idle in the same time. */
async function cost({ pidOf }: Embedded, items: number, work: () => Promise<void>) {
  const pids = { worker: pidOf('worker'), engine: pidOf('temporal'), database: pidOf('postgres') }
  const rest = () => cpuDuring(pids, () => sleep(IDLE_MS))
  const before = await rest()
  const begun = performance.now()
  const spent = await cpuDuring(pids, work)
  const pauses = (performance.now() - begun) / IDLE_MS
  const after = await rest()
  const own = (Object.keys(pids) as (keyof typeof pids)[]).map((name) => ({
    name,
    ms: Math.max((spent[name] - ((before[name] + after[name]) / 2) * pauses) / items, 0),
  }))
  const each = own.map(({ name, ms }) => `${name} ${ms.toFixed(1)}`).join(', ')
  return { ms: own.reduce((sum, { ms }) => sum + ms, 0), note: `${each} ms; mean of ${items}` }
}

async function untilAt(end: number, isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (; Date.now() < end; await sleep(250)) if (await isSo()) return
  throw new Error(`${what} did not come about within ${PATIENCE_MS / 60_000} minutes`)
}

await runAlone(import.meta.url, () => measureConnections(Number(process.argv[2] ?? WANTED)))
