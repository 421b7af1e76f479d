import { analyse } from '../dev/history/write.ts'
import { workflowIdOf } from '../workflows/contract.ts'
import { countStatements, countsPer, readCounts } from './kit/counts.ts'
import { type Embedded, withStack } from './kit/embedded.ts'
import { journeysOn } from './kit/journey.ts'
import { inParallel } from './kit/pool.ts'
import { cpuDuring } from './kit/processes.ts'
import { type Row, runAlone } from './kit/table.ts'

const AT_ONCE = 4
const WARM_UP = 200
/** After a checkpoint the first change of a page writes it whole to the WAL: these take that out of the measurement. */
const AFTER_CHECKPOINT = 60
const COUNT = 100

/**
 * Measures the cost of one onboarding that does not depend on the machine's speed: processor time, transactions,
 * statements, WAL and history.
 */
export function measureCosts(): Promise<Row[]> {
  // The two workflows of its connections start in the reconciler's next pass, which would fall into some measurements and
  // not into others. `bench/connections.ts` measures them.
  const environment = { RECONCILE_SECONDS: '3600' }
  return withStack({ services: ['sandbox', 'worker'], environment }, async (embedded) => {
    await countStatements(embedded)
    const journey = journeysOn(embedded)
    const ids: string[] = []
    const complete = (count: number) =>
      inParallel(count, AT_ONCE, async () => {
        ids.push((await journey.complete()).onboardingId)
      })
    await complete(WARM_UP)
    await analyse(embedded.owner)
    await embedded.owner.unsafe('CHECKPOINT')
    await complete(AFTER_CHECKPOINT)
    const idle = await readCounts(embedded)
    const before = await readCounts(embedded)
    const spentMs = await cpuDuring(partsOf(embedded), () => complete(COUNT))
    const after = await readCounts(embedded)
    const { transactions, statements, walBytes } = countsPer(COUNT, idle, before, after)
    const history = await historiesOf(embedded, ids.slice(-COUNT))
    const cpu = Object.entries(spentMs).map(([name, ms]) => ({ name, ms: ms / COUNT }))
    const sum = cpu.reduce((total, { ms }) => total + ms, 0)
    const note = `per onboarding, of ${COUNT}, ${AT_ONCE} at a time`
    return [
      {
        measure: 'transactions',
        value: transactions.toFixed(1),
        aim: '≤ 26',
        note: `${note}; the product's own, until it is completed`,
      },
      { measure: 'statements', value: statements.toFixed(0), note },
      { measure: 'WAL', value: `${(walBytes / 1000).toFixed(1)} kB`, aim: '≤ 78 kB', note },
      {
        measure: 'history',
        value: `${(history.bytes / 1000).toFixed(1)} kB`,
        aim: '≤ 7 kB',
        note: `${history.events.toFixed(1)} events`,
      },
      {
        measure: 'processor time',
        value: `${sum.toFixed(0)} ms`,
        aim: '195 ms',
        note: cpu.map(({ name, ms }) => `${name} ${ms.toFixed(0)}`).join(' · '),
      },
    ]
  })
}

const partsOf = ({ pidOf }: Embedded) => ({
  engine: pidOf('temporal'),
  worker: pidOf('worker'),
  database: pidOf('postgres'),
  clients: process.pid,
  sandbox: pidOf('sandbox'),
})

/** Returns mean size and length of the histories of ended runs, from the engine's own record. */
async function historiesOf({ engine }: Embedded, ids: string[]): Promise<{ bytes: number; events: number }> {
  let [bytes, events] = [0, 0]
  for (const id of ids) {
    const handle = engine.client.workflow.getHandle(workflowIdOf(id, 1))
    await handle.result()
    const { historySize, historyLength } = await handle.describe()
    bytes += historySize ?? 0
    events += historyLength
  }
  return { bytes: bytes / ids.length, events: events / ids.length }
}

await runAlone(import.meta.url, measureCosts)
