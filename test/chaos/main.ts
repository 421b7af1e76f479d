import { parseArgs } from 'node:util'
import { tableOf } from '../../bench/kit/table.ts'
import { runChaos } from './chaos.ts'

// `npm run chaos -- --faults 300 --onboardings 400 --seed 7`: plays clients on a stack of its own while faults happen,
// and prints the faults and the invariants that held. Exits with 1 when one did not.

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '300' },
    onboardings: { type: 'string', default: '400' },
    seed: { type: 'string', default: '7' },
  },
})
const [faults, onboardings, seed] = [values.faults, values.onboardings, values.seed].map(Number)
const isCount = (value: number | undefined, most: number): value is number =>
  Number.isInteger(value) && value !== undefined && value >= 0 && value <= most
if (!isCount(faults, 2_000) || !isCount(onboardings, 2_000) || !isCount(seed, 2 ** 31)) {
  console.error('Usage: npm run chaos -- [--faults 0…2000] [--onboardings 0…2000] [--seed NUMBER]')
  process.exit(2)
}

const report = await runChaos({ faults, onboardings, seed, say: (line) => console.log(line) })
const count = ([measure, times]: [string, number]) => ({ measure, value: String(times) })
console.log(`\n${tableOf(Object.entries(report.struck).map(count))}`)
console.log(`\n${tableOf(Object.entries(report.played).map(count))}`)
console.log(
  `\n${tableOf(
    report.invariants.map(({ name, broken }) => ({
      measure: name,
      value: broken.length === 0 ? 'held' : `broken ${broken.length} times`,
    })),
  )}`,
)
for (const { name, broken } of report.invariants) {
  for (const one of broken.slice(0, 20)) console.log(`${name}: ${one}`)
}
console.log(`\nseed ${seed}, ${report.seconds.toFixed(0)} s`)
process.exit(report.invariants.every(({ broken }) => broken.length === 0) ? 0 : 1)
