import { availableParallelism, loadavg } from 'node:os'
import { measureApp } from './app.ts'
import { measureConnections } from './connections.ts'
import { measureCosts } from './costs.ts'
import { measureEvents } from './events.ts'
import { measureFairSends } from './fairSends.ts'
import { measureKilled } from './killed.ts'
import { type Row, tableOf } from './kit/table.ts'
import { measureLatency } from './latency.ts'
import { measureParked } from './parked.ts'
import { measureSideEffect } from './sideEffect.ts'
import { measureThroughput } from './throughput.ts'

// `npm run bench`: runs all measurements one after another, each on a stack of its own; prints one table at the end.
// `npm run bench -- connections 10000` runs one, of that size where it has one.
const [only, size] = process.argv.slice(2)

const measurements = {
  throughput: measureThroughput,
  events: measureEvents,
  costs: measureCosts,
  latency: measureLatency,
  app: measureApp,
  'side effects': measureSideEffect,
  parked: measureParked,
  connections: () => measureConnections(size === undefined ? undefined : Number(size)),
  killed: measureKilled,
  'fair sends': measureFairSends,
}

const rows: Row[] = []
const begun = performance.now()
const busy = loadavg()[0]?.toFixed(1)
let failed = 0
if (only !== undefined && !(only in measurements))
  throw new Error(`measurements: ${Object.keys(measurements).join(', ')}`)
for (const [name, measure] of Object.entries(measurements)) {
  if (only !== undefined && name !== only) continue
  process.stdout.write(`${name} … `)
  const since = performance.now()
  try {
    rows.push(...(await measure()))
    process.stdout.write(`${((performance.now() - since) / 1000).toFixed(0)} s\n`)
  } catch (problem) {
    failed += 1
    process.stdout.write(`failed: ${problem instanceof Error ? problem.message : String(problem)}\n`)
  }
}
const seconds = ((performance.now() - begun) / 1000).toFixed(0)
process.stdout.write(`\n${tableOf(rows)}\n\n`)
process.stdout.write(
  `${availableParallelism()} processors shared by everything, load ${busy} before the start; ${seconds} s in all\n`,
)
process.exit(failed === 0 ? 0 : 1)
