import { advance as advanceTo, type Clocks, moveClock } from '../dev/demo/advance.ts'
import type { Harness } from './harness.ts'

/** Returns access to the two clocks of a harness's onboardings. */
export const clocksOf = ({ owner, temporal, namespace }: Harness): Clocks => ({
  sql: owner,
  connection: temporal.connection as Clocks['connection'],
  namespace,
})

/** Returns the present instant on the onboarding's own clock, in ms since the epoch. */
export async function nowOf(harness: Harness, onboardingId: string): Promise<number> {
  return Date.now() + Number((await harness.row(onboardingId)).clock_offset_ms)
}

/** Advances one onboarding by `byMs`, from one due instant to the next. Needs a running worker. */
export async function advance(harness: Harness, onboardingId: string, byMs: number): Promise<void> {
  await advanceTo(clocksOf(harness), onboardingId, (await nowOf(harness, onboardingId)) + byMs)
}

/** Moves the row's clock in one jump; everything that fell due meanwhile then happens at once. */
export async function skip(harness: Harness, onboardingId: string, byMs: number): Promise<void> {
  await moveClock(harness.owner, onboardingId, byMs)
  await advance(harness, onboardingId, 0)
}
