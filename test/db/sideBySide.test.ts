import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Channel, DAY_MS, SECOND_MS, stateOf } from '../../domain/situation.ts'
import { ask, link } from '../domain/onboardings.ts'
import { forFile } from '../forFile.ts'
import { startEngineAway } from './engineAway.ts'
import { type Step, walkingOn } from './walking.ts'

const with_ = forFile(startEngineAway)
let walking: ReturnType<typeof walkingOn>
beforeAll(async () => {
  walking = walkingOn(with_)
})

describe('side by side', () => {
  test('of two hundred acceptances at once one wins, row and log agree', async () => {
    const target = await with_.create(await with_.createPractice(), ['email', 'sms'])
    const links = [
      await with_.ensureLink(target, 'email'),
      await with_.ensureLink(target, 'sms'),
      await with_.ensureLink(target, 'link'),
    ]
    const channels: Channel[] = ['email', 'sms', 'link']
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        with_.perform(target, ask.accept(link({ id: links[i % 3] ?? '', channel: channels[i % 3] ?? 'email' }))),
      ),
    )
    expect(outcomes.filter((one) => one.result === 'changed')).toHaveLength(1)
    const refused = outcomes.flatMap((one) => (one.result === 'refused' ? [one.refusal.code] : []))
    expect(new Set(refused)).toEqual(new Set(['already_accepted']))
    const events = await with_.owner<{ data: { channel: string } }[]>`
      SELECT data FROM event WHERE onboarding_id = ${target.onboardingId} AND kind = 'accepted'`
    expect(events).toHaveLength(1)
    const { facts } = await with_.read(target)
    expect(facts.invitation?.acceptedChannel).toBe(events[0]?.data.channel)
    const live = await with_.owner`
      SELECT purpose FROM link WHERE onboarding_id = ${target.onboardingId} AND ended_at IS NULL`
    expect(live.map((one) => one.purpose)).toEqual(['continue'])
  })

  test('completing against reopening a step: never completed with an open required step', async () => {
    const practiceId = await with_.createPractice()
    for (let i = 0; i < 10; i++) {
      const target = await with_.create(practiceId)
      await walking.walk(target, [{ do: 'provision' }, 'accept', ask.connect('bank'), ask.connect('books'), ask.map()])
      await Promise.all([
        with_.perform(target, { do: 'complete' }),
        with_.perform(target, ask.reopenStep('books'), with_.worker),
      ])
      const { facts } = await with_.read(target)
      expect(facts.instants.completed).toBeNull()
      expect(facts.steps.map(stateOf)).toEqual(['done', 'open', 'open'])
    }
  })
})

test('after any commands the row, its log and what it says of itself agree', async () => {
  const practiceId = await with_.createPractice()
  const any = fc.constantFrom<() => Exclude<Step, { after: number }>>(
    () => ({ do: 'provision' }),
    () => 'accept',
    () => ask.invite(),
    () => ask.link(),
    () => ask.decline(),
    () => ask.cancel(),
    () => ask.undo(),
    () => ask.reopen('bank'),
    () => ({ extendTo: 20 * DAY_MS }),
    () => ({ snoozeFor: 5 * DAY_MS }),
    () => ask.resume(),
    () => ask.skip('books'),
    () => ask.reopenStep('books'),
    () => ask.start('bank'),
    () => ask.fail('bank', 'refused'),
    () => ask.connect('bank'),
    () => ask.connect('books'),
    () => ask.map(),
    () => ask.handOver('books', 'client'),
    () => ask.report(),
    () => ({ do: 'remind' }),
    () => ({ do: 'complete' }),
    () => ({ do: 'clean_up' }),
    () => ({ do: 'expire' }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(any, fc.constantFrom(0, 61, 86_400 * 3)), { minLength: 4, maxLength: 14 }),
      async (steps) => {
        const target = await with_.create(practiceId)
        for (const [make, seconds] of steps) {
          await walking.take(target, make())
          await walking.shift(target, seconds * SECOND_MS)
        }
      },
    ),
    { numRuns: 25 },
  )
}, 120_000)
