import { analyse } from '../dev/history/write.ts'
import { type Embedded, LIMITS_NOTE, withStack } from './kit/embedded.ts'
import { journeysOn } from './kit/journey.ts'
import { inParallel } from './kit/pool.ts'
import { effectsOf } from './kit/sent.ts'
import { type Row, runAlone, spread } from './kit/table.ts'

const WARM_UP = 20
const ALONE = 30
const TOGETHER = 100
const AT_ONCE = 20

/** Measures the time from a written fact to its effect outside, one at a time and under load. */
export function measureSideEffect(): Promise<Row[]> {
  return withStack({ services: ['sandbox', 'worker'] }, async (embedded) => {
    const journey = journeysOn(embedded)
    const complete = async (count: number, atOnce: number): Promise<string[]> => {
      const ids: string[] = []
      await inParallel(count, atOnce, async () => {
        ids.push((await journey.complete()).onboardingId)
      })
      return ids
    }
    await complete(WARM_UP, AT_ONCE)
    await analyse(embedded.owner)
    const alone = await complete(ALONE, 1)
    const together = await complete(TOGETHER, AT_ONCE)
    return [
      ...(await rowsOf(embedded, 'one at a time', alone, '')),
      ...(await rowsOf(embedded, `${AT_ONCE} at a time`, together, LIMITS_NOTE)),
    ]
  })
}

async function rowsOf(embedded: Embedded, load: string, ids: string[], note: string): Promise<Row[]> {
  const created = await effectsOf(embedded, 'created', 'invitation', ids)
  const connected = await effectsOf(embedded, 'bank_connected', 'staff_bank_connected', ids)
  return [
    {
      measure: `bank connected → mail to staff accepted, ${load}`,
      value: spread([...connected.values()]),
      aim: 'p95 < 1 s',
      note,
    },
    {
      measure: `created → invitation accepted by the provider, ${load}`,
      value: spread([...created.values()]),
      aim: 'p95 < 1 s',
      note: 'workflow start, client reference, send',
    },
  ]
}

await runAlone(import.meta.url, measureSideEffect)
