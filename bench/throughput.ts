import { analyse } from '../dev/history/write.ts'
import { workflowIdOf } from '../workflows/contract.ts'
import { type BareFlows, startBareFlows } from './bare/flows.ts'
import { historyOf } from './events.ts'
import { type Embedded, LIMITS_NOTE, withStack } from './kit/embedded.ts'
import { journeysOn } from './kit/journey.ts'
import { inParallel, timed } from './kit/pool.ts'
import { cpuMsOf } from './kit/processes.ts'
import { type Row, runAlone } from './kit/table.ts'

const AT_ONCE = 20
const WARM_UP = 40
const ROUNDS = 5
const PER_ROUND = 60
/** No further round starts after this time. */
const AT_MOST_MS = 50_000

/** Measures onboardings a second end to end, in turns with a bare workflow of the same shape on the same engine. */
export function measureThroughput(): Promise<Row[]> {
  return withStack({ services: ['sandbox', 'worker'] }, async (embedded) => {
    const journey = journeysOn(embedded)
    const bare = await startBareFlows(embedded, embedded.workerEnvironment)
    try {
      const last = { real: '', bare: '' }
      const real = async () => {
        last.real = (await journey.complete()).onboardingId
      }
      const plain = async () => {
        last.bare = await bare.complete()
      }
      await inParallel(WARM_UP, AT_ONCE, real)
      await inParallel(WARM_UP, AT_ONCE, plain)
      await analyse(embedded.owner)
      const ms = { real: 0, bare: 0 }
      const used = usedBy(embedded, bare)
      const begun = performance.now()
      let count = 0
      for (let round = 0; round < ROUNDS && performance.now() - begun < AT_MOST_MS; round += 1) {
        ms.bare += await used.during('bare', () => timed(() => inParallel(PER_ROUND, AT_ONCE, plain)))
        ms.real += await used.during('real', () => timed(() => inParallel(PER_ROUND, AT_ONCE, real)))
        count += PER_ROUND
      }
      const perSecond = (spentMs: number) => (count * 1000) / spentMs
      const lengths = await Promise.all([
        historyOf(embedded, workflowIdOf(last.real, 1)),
        historyOf({ engine: { ...embedded.engine, client: bare.client } }, last.bare),
      ])
      return [
        {
          measure: `onboardings per second, ${AT_ONCE} at a time`,
          value: perSecond(ms.real).toFixed(1),
          note: `${LIMITS_NOTE}; clients, providers and database share the machine`,
        },
        {
          measure: 'the same engine with a bare workflow',
          value: perSecond(ms.bare).toFixed(1),
          note: `${lengths[1].length} events against ${lengths[0].length}; trivial SQL, no-op sends, same worker settings`,
        },
        { measure: 'ratio', value: (ms.bare / ms.real).toFixed(2), aim: '≥ 0.8', note: `in turns, ${count} of each` },
        { measure: 'processor time per onboarding', value: used.tell('real', count), note: 'ms' },
        { measure: 'processor time per bare workflow', value: used.tell('bare', count), note: 'ms' },
      ]
    } finally {
      await bare.stop()
    }
  })
}

/** Adds up the processor time of the processes during a run. */
function usedBy({ pidOf }: Embedded, bare: BareFlows) {
  const pids = { engine: pidOf('temporal'), database: pidOf('postgres'), clients: process.pid }
  const parts = {
    real: { ...pids, worker: pidOf('worker'), sandbox: pidOf('sandbox') },
    bare: { ...pids, worker: bare.pid },
  }
  const sums: Record<'real' | 'bare', Record<string, number>> = { real: {}, bare: {} }
  const during = async (which: 'real' | 'bare', work: () => Promise<number>): Promise<number> => {
    const before = Object.entries(parts[which]).map(([name, pid]) => ({
      name,
      pid,
      ms: cpuMsOf(pid, name === 'database'),
    }))
    const spentMs = await work()
    for (const { name, pid, ms } of before)
      sums[which][name] = (sums[which][name] ?? 0) + cpuMsOf(pid, name === 'database') - ms
    return spentMs
  }
  const tell = (which: 'real' | 'bare', count: number) =>
    Object.entries(sums[which])
      .map(([name, ms]) => `${name} ${(ms / count).toFixed(1)}`)
      .join(' · ')
  return { during, tell }
}

await runAlone(import.meta.url, measureThroughput)
