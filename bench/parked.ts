import { randomUUID } from 'node:crypto'
import { invite } from '../commands/invitations/invite.ts'
import { analyse } from '../dev/history/write.ts'
import { type Embedded, LIMITS_NOTE, withStack } from './kit/embedded.ts'
import { journeysOn } from './kit/journey.ts'
import { inParallel } from './kit/pool.ts'
import { residentMbOf } from './kit/processes.ts'
import { effectsOf } from './kit/sent.ts'
import { quantile, type Row, runAlone } from './kit/table.ts'
import { Watch } from './kit/watch.ts'

const WANTED = 10_000
const AT_MOST_MS = 600_000
const AT_ONCE = 60
const WARM_UP = 100
const WOKEN = 40
const CACHED = 1_000

const parts = ['api', 'worker', 'temporal'] as const

/** Measures the memory of onboardings that only wait, and the cost of waking one that the worker has evicted. */
export function measureParked(): Promise<Row[]> {
  const environment = { MAX_CACHED_WORKFLOWS: String(CACHED) }
  return withStack({ services: ['sandbox', 'worker', 'api'], environment }, async (embedded) => {
    const journey = journeysOn(embedded)
    await inParallel(WARM_UP, AT_ONCE, async () => {
      await journey.create({ invitation: null })
    })
    await analyse(embedded.owner)
    const provisioned = new Watch(async (ids) => {
      const rows = await embedded.owner<{ id: string }[]>`
        SELECT id FROM onboarding WHERE id = ANY (${ids}) AND provisioned_at IS NOT NULL`
      return rows.map(({ id }) => id)
    })
    const before = memory(embedded)
    const begun = performance.now()
    const ids: string[] = []
    await inParallel(WANTED, AT_ONCE, async () => {
      if (performance.now() - begun > AT_MOST_MS) return
      const { onboardingId } = await journey.create({ invitation: null })
      // Waits for the worker, so that waiting onboardings are measured and not a queue.
      await provisioned.until(onboardingId)
      ids.push(onboardingId)
    })
    const spentMs = performance.now() - begun
    const after = memory(embedded)

    const cached = await wake(embedded, ids.slice(-WOKEN))
    const evicted = await wake(embedded, ids.slice(0, WOKEN))
    const count = ids.length
    const short = count < WANTED ? `; as many as ${AT_MOST_MS / 1000} s made` : ''
    return [
      ...parts.map((part) => ({
        measure: `memory of ${part === 'temporal' ? 'engine' : part} with ${count} parked`,
        value: `${after[part].toFixed(0)} MB`,
        note: `${before[part].toFixed(0)} MB with ${WARM_UP}${part === 'worker' ? `; ${CACHED} cached` : ''}${short}`,
      })),
      {
        measure: 'parked per second',
        value: ((count * 1000) / spentMs).toFixed(0),
        note: `created, client reference given, timer armed; ${LIMITS_NOTE}`,
      },
      {
        measure: 'waking an evicted one, more than a cached one',
        value: `${(quantile(evicted, 0.5) - quantile(cached, 0.5)).toFixed(0)} ms`,
        note: `invited → mail accepted, p50 of ${WOKEN}: ${quantile(evicted, 0.5).toFixed(0)} ms against ${quantile(cached, 0.5).toFixed(0)} ms`,
      },
    ]
  })
}

function memory({ pidOf }: Embedded): Record<(typeof parts)[number], number> {
  const of = (part: (typeof parts)[number]) => residentMbOf(pidOf(part))
  return { api: of('api'), worker: of('worker'), temporal: of('temporal') }
}

/** Invites each, one after another; returns the ms from the fact to the accepted mail. */
async function wake(embedded: Embedded, ids: string[]): Promise<number[]> {
  const { commands, practice } = embedded
  const { invited } = journeysOn(embedded)
  for (const onboardingId of ids) {
    const target = { practiceId: practice.id, onboardingId }
    const asked = await invite(commands, target, { type: 'api_key', id: null }, randomUUID(), { channels: ['email'] })
    if (asked.result !== 'changed') throw new Error(`not invited: ${JSON.stringify(asked)}`)
    await invited.until(onboardingId)
  }
  return [...(await effectsOf(embedded, 'invited', 'invitation', ids)).values()]
}

await runAlone(import.meta.url, measureParked)
