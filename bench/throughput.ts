import { analyse } from '../dev/history/write.ts'
import { workflowIdOf } from '../workflows/contract.ts'
import { startBareFlows } from './bare/flows.ts'
import { historyOf } from './events.ts'
import { LIMITS_NOTE, withStack } from './kit/embedded.ts'
import { journeysOn } from './kit/journey.ts'
import { atRate, inParallel, timed } from './kit/pool.ts'
import { cpuDuring } from './kit/processes.ts'
import { quantile, type Row, range, runAlone } from './kit/table.ts'

const AT_ONCE = 20
const WARM_UP = 200
const PAIRS = 5
const PER_SEGMENT = 60
/** A rate that both keep up with: the engine spends the more on a workflow, the fewer of them run at once. */
const PER_SECOND = 4

type Which = 'bare' | 'real'

/**
 * Measures onboardings in pairs with a bare workflow of the same shape on the same engine: how many a second, and the
 * processor time of engine and worker at one rate.
 */
export function measureThroughput(): Promise<Row[]> {
  return withStack({ services: ['sandbox', 'worker'] }, async (embedded) => {
    const journey = journeysOn(embedded)
    const bare = await startBareFlows(embedded, embedded.workerEnvironment)
    try {
      const last = { real: '', bare: '' }
      const flows = {
        real: async () => {
          last.real = (await journey.complete()).onboardingId
        },
        bare: async () => {
          last.bare = await bare.complete()
        },
      }
      await inParallel(WARM_UP, AT_ONCE, flows.real)
      await inParallel(WARM_UP, AT_ONCE, flows.bare)
      await analyse(embedded.owner)
      const perSecond = await inPairs(
        async (which) => (PER_SEGMENT * 1000) / (await timed(() => inParallel(PER_SEGMENT, AT_ONCE, flows[which]))),
      )
      const engine = embedded.pidOf('temporal')
      const workers = { real: embedded.pidOf('worker'), bare: bare.pid }
      const spentMs = await inPairs((which) =>
        cpuDuring({ engine, worker: workers[which] }, () => atRate(PER_SECOND, PER_SEGMENT, flows[which])),
      )
      const lengths = await Promise.all([
        historyOf(embedded, workflowIdOf(last.real, 1)),
        historyOf({ engine: { ...embedded.engine, client: bare.client } }, last.bare),
      ])
      const shape = `${lengths[1].length} events against ${lengths[0].length}; trivial SQL, no-op sends, same worker settings`
      const pairs = `${PAIRS} pairs of ${PER_SEGMENT} each in turns: median (least–most)`
      return [
        {
          measure: `onboardings per second, ${AT_ONCE} at a time`,
          value: range(perSecond.real, 1),
          note: `${LIMITS_NOTE}; clients, providers and database share the machine`,
        },
        { measure: 'the same engine with a bare workflow', value: range(perSecond.bare, 1), note: shape },
        {
          measure: 'ratio',
          value: range(ratios(perSecond), 2),
          aim: '≥ 0.8',
          note: pairs,
        },
        ...(['engine', 'worker'] as const).map((part) => {
          const ms = { real: spentMs.real.map((one) => one[part]), bare: spentMs.bare.map((one) => one[part]) }
          const each = (which: Which) => `${(quantile(ms[which], 0.5) / PER_SEGMENT).toFixed(1)} ms`
          return {
            measure: `processor time of the ${part}, over that with the bare workflow`,
            value: range(ratios(ms), 2),
            aim: '≤ 1.1',
            note: `${each('real')} against ${each('bare')}, both ${PER_SECOND} a second; ${pairs}`,
          }
        }),
      ]
    } finally {
      await bare.stop()
    }
  })
}

/** Measures both in turns, so that whatever else the machine does meets both. */
async function inPairs<T>(measure: (which: Which) => Promise<T>): Promise<Record<Which, T[]>> {
  const measured: Record<Which, T[]> = { bare: [], real: [] }
  for (let n = 0; n < PAIRS; n += 1) {
    measured.bare.push(await measure('bare'))
    measured.real.push(await measure('real'))
  }
  return measured
}

/** Returns real over bare of each pair. */
const ratios = ({ real, bare }: Record<Which, number[]>) => real.map((one, n) => one / (bare[n] ?? Number.NaN))

await runAlone(import.meta.url, measureThroughput)
