import { setTimeout as sleep } from 'node:timers/promises'
import { type Embedded, withStack } from '../../bench/kit/embedded.ts'
import { makeKey } from '../../bench/kit/http.ts'
import { inParallel } from '../../bench/kit/pool.ts'
import { seedPractice } from '../../bench/seed.ts'
import { type Chance, chanceOf } from '../../dev/history/random.ts'
import { FAULTS, type FaultName, WEIGHTS } from './faults.ts'
import { check, type Invariant, settle } from './invariants.ts'
import { type ChaosPractice, play, STORIES, type Told } from './people.ts'

/** The size of a run: `seed` draws stories and faults; their interleaving depends on the machine. */
export type ChaosOptions = {
  faults: number
  onboardings: number
  seed: number
  say?: (line: string) => void
}

export type ChaosReport = {
  struck: Partial<Record<FaultName, number>>
  played: Record<string, number>
  invariants: Invariant[]
  seconds: number
}

const PRACTICES = 3
const AT_ONCE = 12
const BETWEEN_FAULTS_MS = 1_200
/** The reconciler's minute is shortened, so that a run of minutes covers the faults of a day. */
const RECONCILE_SECONDS = 5

/**
 * Plays clients on a stack of its own while faults hit every part of it, lets it settle, and checks the invariants.
 * Bounded: every wait in it ends. Returns the faults, the stories and each invariant with its violations.
 */
export async function runChaos({ faults, onboardings, seed, say = () => {} }: ChaosOptions): Promise<ChaosReport> {
  const begun = performance.now()
  const killed: string[] = []
  const died: string[] = []
  const environment = { RECONCILE_SECONDS: String(RECONCILE_SECONDS), REQUESTS_PER_MINUTE: '1000000' }
  const note = (part: string, line: string) => {
    if (line.startsWith('died')) died.push(part)
  }
  return withStack({ services: ['sandbox', 'worker', 'api'], environment, say: note }, async (embedded) => {
    const practices = await makePractices(embedded)
    const { stack, control } = embedded
    const served = { ...stack.addresses, control }
    const told: Told[] = []
    const struck: ChaosReport['struck'] = {}
    const stories = chanceOf(seed)
    const plan = Array.from({ length: onboardings }, () => ({
      story: stories.weighed(STORIES),
      practice: stories.of(practices),
      chance: chanceOf(stories.whole(2 ** 31)),
    }))
    const strike = strikes(embedded, chanceOf(seed + 1), faults, struck, (part) => killed.push(part))
    const playing = inParallel(onboardings, AT_ONCE, async (index) => {
      const { story, practice, chance } = plan[index] ?? plan[0]!
      told.push(await play(served, practice, story, chance))
      if (told.length % 20 === 0) say(`${told.length} of ${onboardings} clients played`)
    })
    await Promise.all([strike, playing])
    say('the faults are over; waiting until all is at rest')
    await retry(() => control('DELETE', '/faults'))
    await settle(embedded)
    const invariants = await check(embedded, told, unexplained(died, killed))
    const played: Record<string, number> = {}
    for (const { story } of told) played[story] = (played[story] ?? 0) + 1
    return { struck, played, invariants, seconds: (performance.now() - begun) / 1_000 }
  })
}

/** Returns processes that ended more often than they were killed. */
function unexplained(died: string[], killed: string[]): string[] {
  const times = (all: string[], part: string) => all.filter((one) => one === part).length
  return [...new Set(died)]
    .filter((part) => times(died, part) > times(killed, part))
    .map((part) => `${part} ended ${times(died, part)} times and was killed ${times(killed, part)} times`)
}

async function makePractices({ owner }: Embedded): Promise<ChaosPractice[]> {
  const made: ChaosPractice[] = []
  for (let n = 1; n <= PRACTICES; n += 1) {
    const { key, sha256 } = makeKey()
    made.push({ id: await seedPractice(owner, `chaos-${n}`, sha256), key })
  }
  return made
}

/** Injects faults one after another; some overlap. */
async function strikes(
  embedded: Embedded,
  chance: Chance,
  count: number,
  struck: ChaosReport['struck'],
  onKill: (part: string) => void,
): Promise<void> {
  const stage = { ...embedded, chance, onKill }
  const underWay: Promise<unknown>[] = []
  for (let n = 0; n < count; n += 1) {
    await sleep(chance.wait(BETWEEN_FAULTS_MS))
    const name = chance.weighed(WEIGHTS)
    struck[name] = (struck[name] ?? 0) + 1
    underWay.push(FAULTS[name](stage))
  }
  await Promise.allSettled(underWay)
}

async function retry(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await work()
      return
    } catch (error) {
      if (tries === 30) throw error
      await sleep(1_000)
    }
  }
}
