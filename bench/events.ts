import { workflowIdOf } from '../workflows/contract.ts'
import { type Embedded, withStack } from './kit/embedded.ts'
import { journeysOn } from './kit/journey.ts'
import { type Row, runAlone } from './kit/table.ts'

const SAMPLES = 5

/** Returns the length of an ended run's history, and the kind of each of its events. */
export async function historyOf({ engine }: Pick<Embedded, 'engine'>, workflowId: string) {
  const handle = engine.client.workflow.getHandle(workflowId)
  await handle.result()
  const { events } = await handle.fetchHistory()
  const kinds = (events ?? []).map((event) => Object.keys(event).find((name) => name.endsWith('EventAttributes')) ?? '')
  return { length: kinds.length, kinds }
}

/** Measures the engine's history events of one happy path. */
export function measureEvents(): Promise<Row[]> {
  return withStack({ services: ['sandbox', 'worker'] }, async (embedded) => {
    const journey = journeysOn(embedded)
    const lengths: number[] = []
    let signals = 0
    for (let n = 0; n < SAMPLES; n += 1) {
      const { onboardingId } = await journey.complete()
      const { length, kinds } = await historyOf(embedded, workflowIdOf(onboardingId, 1))
      lengths.push(length)
      signals = kinds.filter((kind) => kind === 'workflowExecutionSignaledEventAttributes').length
    }
    const most = Math.max(...lengths)
    const least = Math.min(...lengths)
    return [
      {
        measure: 'events per happy path',
        value: most === least ? String(most) : `${least}–${most}`,
        aim: '≤ 40',
        note: `3 mails, ${signals} signals; created → invited → accepted → bank → books → mapped → completed, no touch`,
      },
    ]
  })
}

await runAlone(import.meta.url, measureEvents)
