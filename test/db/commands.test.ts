import { beforeAll, describe, expect, test } from 'vitest'
import { execute } from '../../commands/execute.ts'
import { openDatabase } from '../../db/client.ts'
import { readFacts } from '../../db/onboardings/facts.ts'
import type { Command } from '../../domain/commands.ts'
import { type Channel, DAY_MS, SECOND_MS, statusOf } from '../../domain/situation.ts'
import { ask } from '../domain/onboardings.ts'
import { forFile } from '../forFile.ts'
import { ROLES, startEngineAway } from './engineAway.ts'
import { after, type Step, walkingOn } from './walking.ts'

const with_ = forFile(startEngineAway)
let walking: ReturnType<typeof walkingOn>
beforeAll(async () => {
  walking = walkingOn(with_)
})

const DAY = DAY_MS
const provision: Command = { do: 'provision' }
const cleanUp: Command = { do: 'clean_up' }
const completes: Command = { do: 'complete' }
const remind: Command = { do: 'remind' }

const COURSES: [name: string, channels: Channel[] | null, end: string, steps: () => Step[]][] = [
  [
    'from creation to completion',
    ['email'],
    'completed',
    () => [
      provision,
      'accept',
      ask.start('bank'),
      ask.await('bank'),
      ask.connect('bank'),
      ask.connect('books'),
      ask.map(),
      completes,
    ],
  ],
  [
    'the books first, before anybody accepts',
    ['email', 'sms'],
    'completed',
    () => [ask.connect('books'), provision, ask.connect('bank'), ask.map(), 'accept', completes],
  ],
  ['without an invitation', null, 'completed', () => [provision, ask.skip('bank'), ask.connect('books'), completes]],
  [
    'touched, expired, given up, cleaned, reopened, sent again',
    ['email'],
    'accepted',
    () => [
      provision,
      after(2 * DAY + SECOND_MS),
      remind,
      after(2 * DAY),
      remind,
      after(4 * DAY),
      { do: 'expire' },
      after(2 * DAY),
      remind,
      after(91 * DAY),
      { do: 'give_up' },
      cleanUp,
      ask.reopen(),
      ask.invite(),
      'accept',
    ],
  ],
  [
    'extended after expiry, and snoozed',
    ['email'],
    'accepted',
    () => [
      provision,
      after(8 * DAY),
      { do: 'expire' },
      { extendTo: 9 * DAY },
      { snoozeFor: 3 * DAY },
      ask.resume(),
      'accept',
    ],
  ],
  [
    'declined and invited again',
    ['sms'],
    'accepted',
    () => [ask.decline(), after(61 * SECOND_MS), ask.invite(['email']), 'accept'],
  ],
  [
    'cancelled, undone, cancelled for good, reopened',
    ['email'],
    'invited',
    () => [provision, ask.cancel(), ask.undo(), ask.cancel(), after(16 * SECOND_MS), cleanUp, ask.reopen()],
  ],
  [
    'completed twice',
    ['email'],
    'completed',
    () => [
      provision,
      'accept',
      ask.connect('bank'),
      ask.skip('books'),
      completes,
      ask.reopen('books'),
      ask.handOver('books', 'client'),
      ask.completeStep('books'),
      completes,
    ],
  ],
  [
    'a bank that fails, is left alone and is asked about',
    ['email'],
    'accepted',
    () =>
      [
        'accept',
        ask.start('bank'),
        ask.fail('bank', 'refused'),
        ask.start('bank'),
        ask.fail('bank', 'bank_down'),
        after(3 * DAY),
        ask.report('no_wish_to_share'),
        { do: 'stop_texts', requestId: 'stop' },
        ask.reopenStep('bank'),
      ].slice(0, -1) as Step[],
  ],
]

describe('with the engine away, every command does its work', () => {
  test.each(COURSES)('%s', async (_name, channels, end, steps) => {
    const target = await with_.create(await with_.createPractice(), channels)
    const outcome = await walking.walk(target, steps())
    expect(statusOf(outcome.facts.instants)).toBe(end)
    expect(with_.unsignalled).toContain(target.onboardingId)
  })

  test('facts that the engine has not got stay marked, so that they are signalled later', async () => {
    const target = await with_.create(await with_.createPractice())
    await walking.walk(target, [provision, 'accept'])
    const row = await walking.stored(target.onboardingId)
    expect(row.notified).toBeLessThan(row.seq)
  })

  test('a command of another run changes nothing', async () => {
    const target = await with_.create(await with_.createPractice())
    const outcome = await with_.perform({ ...target, run: 2 }, provision, with_.worker)
    expect(outcome.result).toBe('unchanged')
    expect((await walking.stored(target.onboardingId)).seq).toBe(2)
  })

  test('a refusal, and a command with nothing to do, write nothing', async () => {
    const target = await with_.create(await with_.createPractice())
    const before = await with_.owner`SELECT * FROM onboarding WHERE id = ${target.onboardingId}`
    const commands = [
      ask.invite(),
      ask.map(),
      ask.undo(),
      ask.reopen('bank'),
      remind,
      { do: 'expire' } as const,
      completes,
    ]
    for (const command of commands) {
      const outcome = await with_.perform(target, command)
      expect(['refused', 'unchanged'], command.do).toContain(outcome.result)
    }
    expect(await with_.owner`SELECT * FROM onboarding WHERE id = ${target.onboardingId}`).toEqual(before)
  })

  test('an error after the decision takes everything back', async () => {
    const target = await with_.create(await with_.createPractice())
    const before = await walking.stored(target.onboardingId)
    await expect(
      execute(with_.api, target, {
        actor: { type: 'staff', id: null },
        command: ask.cancel(),
        alongside: async () => {
          throw new Error('no room')
        },
      }),
    ).rejects.toThrow('no room')
    expect(await walking.stored(target.onboardingId)).toEqual(before)
  })
})

test('an unknown onboarding is not found', async () => {
  const practiceId = await with_.createPractice()
  const nobody = { practiceId, onboardingId: '00000000-0000-7000-8000-000000000000' }
  expect(await with_.perform(nobody, ask.cancel())).toEqual({ result: 'not_found' })
  expect(await with_.api.db.inPractice(practiceId, (tx) => readFacts(tx, nobody.onboardingId))).toBeNull()
})

test.each(ROLES)(
  'the statements of a command as %s are planned once a connection and not for each value',
  async (role) => {
    const target = await with_.create(await with_.createPractice())
    const db = openDatabase(with_.database[`${role}Url`], 1)
    try {
      for (const command of [ask.cancel(), ask.undo()]) await with_.perform(target, command, { ...with_.api, db })
      const [plans] = await db.sql<{ once: number; anew: number }[]>`
      SELECT sum(generic_plans)::int AS once, sum(custom_plans)::int AS anew FROM pg_prepared_statements
      WHERE statement ~ 'onboarding'`
      expect(plans?.anew).toBe(0)
      expect(plans?.once).toBeGreaterThan(6)
      const [then] = await db.sql<{ mode: string }[]>`SELECT current_setting('plan_cache_mode') AS mode`
      expect(then?.mode).toBe(role === 'api' ? 'auto' : 'force_generic_plan')
    } finally {
      await db.close()
    }
  },
)
