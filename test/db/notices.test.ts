import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { execute, type Target } from '../../commands/execute.ts'
import { accept } from '../../commands/invitations/accept.ts'
import { visitClient } from '../../commands/support/visit.ts'
import { writeNoticeSettings } from '../../db/notices/noticeSettings.ts'
import { clearNotices, readNotices } from '../../db/notices/notices.ts'
import type { Command } from '../../domain/commands.ts'
import type { Actor } from '../../domain/events.ts'
import { DEFAULT_NOTICES, NOTICE_KINDS } from '../../domain/practice/notices.ts'
import { DAY_MS } from '../../domain/situation.ts'
import { ask } from '../domain/onboardings.ts'
import { forFile } from '../forFile.ts'
import { as, startEngineAway } from './engineAway.ts'
import { createFivePeople, type FivePeople } from './fivePeople.ts'
import { walkingOn } from './walking.ts'

const with_ = forFile(startEngineAway)
let shift: ReturnType<typeof walkingOn>['shift']
beforeAll(async () => {
  shift = walkingOn(with_).shift
})

const client: Actor = { type: 'client', id: null }

type Practice = FivePeople
const practiceOfFive = () => createFivePeople(with_)

/** Returns the notices about an onboarding, by name and kind. */
async function toldOf(practice: Practice, { onboardingId }: Target): Promise<string[]> {
  const rows = await with_.owner<{ name: string; kind: string }[]>`
    SELECT p.name, n.kind FROM notice n JOIN identity.person p ON p.id = n.person_id
    WHERE n.onboarding_id = ${onboardingId} AND n.practice_id = ${practice.practiceId} ORDER BY n.event_seq, p.name`
  return rows.map(({ name, kind }) => `${name} ${kind}`)
}

const managedBy = (target: Target, person: string) =>
  with_.owner`UPDATE organisation SET account_manager_id = ${person} WHERE id = (
    SELECT organisation_id FROM onboarding WHERE id = ${target.onboardingId})`
const by = (target: Target, actor: Actor, command: Command) => execute(with_.api, target, { actor, command })
const choose = (practice: Practice, person: string, changes: Partial<typeof DEFAULT_NOTICES>) =>
  with_.api.db.inPractice(practice.practiceId, (tx) =>
    writeNoticeSettings(tx, person, { ...DEFAULT_NOTICES, ...changes }),
  )

describe('what happens at a client is told', () => {
  test('to its account manager, and where there is none to the admins; of every kind there is', async () => {
    const practice = await practiceOfFive()
    const target = await with_.create(practice.practiceId)
    await managedBy(target, practice.cy)
    await by(target, { type: 'system', id: null }, { do: 'provision' })
    await accept(with_.api, target, await with_.ensureLink(target), null)
    await by(target, client, ask.start('bank'))
    await by(target, client, ask.fail('bank', 'refused'))
    await by(target, client, ask.connect('bank'))
    await by(target, { type: 'staff', id: practice.ada }, ask.connect('books'))
    await by(target, { type: 'staff', id: practice.ada }, ask.map())
    await by(target, { type: 'system', id: null }, { do: 'complete' })
    expect(await toldOf(practice, target)).toEqual(['Cy accepted', 'Cy failed', 'Cy bank_connected', 'Cy completed'])

    const books = await with_.create(practice.practiceId)
    await managedBy(books, practice.cy)
    await by(books, { type: 'system', id: null }, { do: 'provision' })
    const phase = { do: 'await_provider', sessionId: randomUUID(), step: 'books', phase: 'check_organisation' } as const
    await by(books, client, phase)
    await by(books, client, ask.connect('books'))
    expect(await toldOf(practice, books)).toEqual(['Cy waiting', 'Cy books_connected'])

    const unmanaged = await with_.create(practice.practiceId)
    await by(unmanaged, client, ask.decline())
    expect(await toldOf(practice, unmanaged)).toEqual(['Ada declined', 'Ben declined'])
    const expiring = await with_.create(practice.practiceId)
    await shift(expiring, 8 * DAY_MS)
    await by(expiring, { type: 'system', id: null }, { do: 'expire' })
    expect(await toldOf(practice, expiring)).toEqual(['Ada expired', 'Ben expired'])
    const bouncing = await with_.create(practice.practiceId)
    const message = (await with_.read(bouncing)).facts.messages[0]!
    for (const to of ['sent', 'bounced'] as const) {
      const moved = { do: 'move_message', messageId: message.id, to, reason: 'no such mailbox' } as const
      await by(bouncing, { type: 'provider', id: 'resend' }, moved)
    }
    expect(await toldOf(practice, bouncing)).toEqual(['Ada undelivered', 'Ben undelivered'])
    const stranger = (await practiceOfFive()).ada
    await visitClient(with_.api, expiring, { type: 'support', id: stranger }, 'Ticket 4711')
    expect(await toldOf(practice, expiring)).toEqual(['Ada expired', 'Ben expired', 'Ada support', 'Ben support'])
  })

  test('never to whoever did it; an assignment only to whom it names', async () => {
    const practice = await practiceOfFive()
    const target = await with_.create(practice.practiceId)
    const assign = (to: string) =>
      by(
        target,
        { type: 'staff', id: practice.ada },
        {
          do: 'assign',
          requestId: randomUUID(),
          managerId: to,
        },
      )
    await by(target, { type: 'staff', id: practice.ben }, ask.decline())
    await assign(practice.dot)
    await assign(practice.ada)
    await assign(randomUUID())
    expect(await toldOf(practice, target)).toEqual(['Ada declined', 'Dot assigned'])
  })

  test('of all clients to whoever wants that, as far as they may see them', async () => {
    const practice = await practiceOfFive()
    for (const person of [practice.ben, practice.cy, practice.dot]) await choose(practice, person, { clients: 'all' })
    const target = await with_.create(practice.practiceId)
    await managedBy(target, practice.eve)
    const [team] = await with_.owner<{ id: string }[]>`
      INSERT INTO team (practice_id, name) VALUES (${practice.practiceId}, 'Payroll') RETURNING id`
    await with_.owner`INSERT INTO team_member (practice_id, team_id, user_id)
      VALUES (${practice.practiceId}, ${team!.id}, ${practice.dot})`
    await with_.owner`INSERT INTO access_rule (practice_id, organisation_id, kind, team_id)
      SELECT ${practice.practiceId}, organisation_id, 'team', ${team!.id} FROM onboarding WHERE id = ${target.onboardingId}`
    await by(target, client, ask.decline())
    expect(await toldOf(practice, target)).toEqual(['Ben declined', 'Dot declined', 'Eve declined'])
  })

  test('not to those who switched it off, and under the bell only where they want it there', async () => {
    const practice = await practiceOfFive()
    await choose(practice, practice.ada, { inApp: [], digest: ['declined'] })
    await choose(practice, practice.ben, { inApp: NOTICE_KINDS.filter((kind) => kind !== 'declined'), digest: [] })
    const target = await with_.create(practice.practiceId)
    await by(target, client, ask.decline())
    expect(await toldOf(practice, target)).toEqual(['Ada declined'])
    const reader = { personId: practice.ada, sight: { of: 'all' as const } }
    expect(await with_.api.db.inPractice(practice.practiceId, (tx) => readNotices(tx, reader, 50))).toEqual([])
  })

  test('together with the event or not at all', async () => {
    const practice = await practiceOfFive()
    const target = await with_.create(practice.practiceId)
    const failing = execute(with_.api, target, {
      actor: client,
      command: ask.decline(),
      alongside: async () => {
        throw new Error('the rest could not be written')
      },
    })
    await expect(failing).rejects.toThrow('the rest could not be written')
    expect(await toldOf(practice, target)).toEqual([])
  })
})

test('old notices are cleared in every practice, newer ones stay', async () => {
  const practices = [await practiceOfFive(), await practiceOfFive()]
  const targets = []
  for (const practice of practices) {
    const target = await with_.create(practice.practiceId)
    await by(target, client, ask.decline())
    await with_.owner`UPDATE notice SET id = uuidv7(interval '-91 days')
      WHERE onboarding_id = ${target.onboardingId} AND person_id = ${practice.ada}`
    targets.push(target)
  }
  expect(await clearNotices(with_.worker.db, 90 * DAY_MS, 100)).toBe(2)
  for (const [n, target] of targets.entries()) {
    expect(await toldOf(practices[n]!, target)).toEqual(['Ben declined'])
  }
})

test('the worker writes notices, too, of its own practice alone', async () => {
  const practice = await practiceOfFive()
  const target = await with_.create(practice.practiceId)
  await with_.perform(target, ask.decline(), with_.worker)
  await as(with_.database, 'worker', practice.practiceId, async (sql) => {
    expect(await sql`SELECT FROM notice`).toHaveLength(2)
  })
  await as(with_.database, 'worker', await with_.createPractice(), async (sql) => {
    expect(await sql`SELECT FROM notice`).toHaveLength(0)
  })
})
