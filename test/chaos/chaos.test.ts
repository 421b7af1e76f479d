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

test(
  'a fact that is lost, a client made twice and a mail sent twice are noticed',
  async () => {
    const { invariants } = await runChaos({
      faults: 0,
      onboardings: 6,
      seed: 2,
      meddle: async ({ owner }, told) => {
        const [first, second] = told.filter(({ story }) => story !== 'skipped' && story !== 'reopened')
        await owner`ALTER TABLE event DISABLE TRIGGER USER`
        await owner`DELETE FROM event WHERE onboarding_id = ${first!.onboardingId} AND kind = 'created'`
        await owner`UPDATE organisation SET name = ${second!.name} WHERE name = ${first!.name}`
        await owner`
          UPDATE message SET state = 'withdrawn' WHERE onboarding_id = ${second!.onboardingId} AND purpose = 'invitation'`
      },
    })
    expect(invariants.filter(({ broken }) => broken.length > 0).map(({ name }) => name)).toEqual([
      'whatever was acknowledged stands in the log',
      'each client was made once, and for its own practice',
      'the log has no gap, and ends where the row does',
      'what the provider took counts as sent',
    ])
  },
  PATIENCE_MS,
)
