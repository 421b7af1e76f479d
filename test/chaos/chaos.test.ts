import { expect, test } from 'vitest'
import { runChaos } from './chaos.ts'

const PATIENCE_MS = 600_000

test(
  'thirty faults over forty onboardings lose nothing, repeat nothing and misreport nothing',
  async () => {
    const { struck, invariants } = await runChaos({ faults: 30, onboardings: 40, seed: 7 })
    expect(Object.values(struck).reduce((sum, times) => sum + times, 0)).toBe(30)
    expect(invariants.filter(({ broken }) => broken.length > 0)).toEqual([])
  },
  PATIENCE_MS,
)
