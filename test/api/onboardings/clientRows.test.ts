import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { resettle } from '../../../commands/execute.ts'
import { lockFacts } from '../../../db/onboardings/facts.ts'
import { DAY_MS, MINUTE_MS } from '../../../domain/situation.ts'
import { age } from '../../age.ts'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'

type Item = { id: string; organisation: { name: string }; accountManager: { id: string } | null }

const PRIYA = '0190a5b0-0000-7000-8000-00000000000a'

const api = forFile(startStaffApi)
const ids: Record<string, string> = {}
const idOf = (name: string) => ids[name] ?? ''

beforeAll(async () => {
  const add = async (name: string, changes: Record<string, unknown> = {}) => {
    ids[name] = (await api.create({ organisation: { name }, ...changes })).id
  }
  await add('Bounced Ltd')
  await add('Cancelled Ltd')
  await add('Declined Ltd')
  await add('Invited Ltd')
  await add('New Ltd', { invitation: null })
  await add('Uninvited Ltd', { invitation: null })
  await api.perform(idOf('Uninvited Ltd'), { do: 'provision' })
  await api.report(idOf('Bounced Ltd'), 'bounced', 'The mailbox does not exist.')
  await api.report(idOf('Invited Ltd'), 'delivered')
  await api.post(`onboardings/${ids['Declined Ltd']}/decline`, { reason: 'not_the_right_person', note: 'Ann Harbour' })
  await api.post(`onboardings/${ids['Cancelled Ltd']}/cancel`, { reason: 'Left us.' })
  await api.owner`UPDATE organisation SET account_manager_id = ${PRIYA}
    WHERE name IN ('Invited Ltd', 'Bounced Ltd', 'Cancelled Ltd')`
})

const page = async (query: string): Promise<Item[]> => {
  const { status, body, text } = await api.call(`onboardings?${query}`)
  if (status !== 200) throw new Error(text)
  return body.items
}
const names = async (query: string) => (await page(query)).map((one) => one.organisation.name).sort()

describe('a row answers by itself', () => {
  test('with its blocker, health, next action and the progress of each part', async () => {
    const [bounced] = await page('q=bounced')
    expect(bounced).toMatchObject({
      status: 'invited',
      situation: { sentence: 'Email bounced: correct it', move: 'practice', health: 'danger', needsAttention: true },
      action: { do: 'correct_address', label: 'Correct address' },
      invitation: { delivery: [{ channel: 'email', state: 'bounced' }] },
      steps: [{ progress: 'not_started' }, { progress: 'not_started' }, { progress: 'not_started' }],
      accountManager: { id: PRIYA },
      unmatched: 0,
    })
    const [invited] = await page('q=invited ltd&view=client')
    expect(invited).toMatchObject({
      situation: { sentence: 'Jo to accept', health: null, needsAttention: false, next: [{ what: 'reminder' }, {}] },
      invitation: { delivery: [{ channel: 'email', state: 'delivered' }], acceptedAt: null },
    })
  })

  test('the ends are told with who and why', async () => {
    const [cancelled] = await page('status=cancelled')
    expect(cancelled).toMatchObject({
      situation: { sentence: 'Cancelled by Test: Left us.', move: null },
      action: { do: 'reopen' },
    })
    const [declined] = await page('status=declined')
    expect(declined).toMatchObject({ situation: { sentence: 'Declined: ask Ann Harbour instead' } })
  })

  test('buttons are what the server would allow', async () => {
    const [invited] = (await page('q=invited ltd&view=client')) as unknown as { allowed: string[] }[]
    expect(invited?.allowed).toEqual(
      expect.arrayContaining(['invite', 'link', 'extend', 'snooze', 'cancel', 'decline']),
    )
    expect(invited?.allowed).not.toContain('resume')
    expect(invited?.allowed).not.toContain('accept')
    const [cancelled] = (await page('status=cancelled')) as unknown as { allowed: string[] }[]
    expect(cancelled?.allowed).toEqual(['undo_cancel'])
  })
})

describe('two open things', () => {
  test('a refused bank leads while the books are open: the row says both, and both views hold it', async () => {
    const own = await api.createPractice()
    const { id } = await api.create({ organisation: { name: 'Both Ltd' } }, own.key)
    await api.accept(id, own)
    await api.owner`UPDATE onboarding_step SET failed_at = now(), reason = 'refused'
      WHERE onboarding_id = ${id} AND kind = 'bank'`
    await api.deps.commands.db.inPractice(own.id, async (tx) => {
      const locked = await lockFacts(tx, id)
      if (locked) await resettle({ tx, signals: new Map() }, locked)
    })
    const { body } = await api.call(`onboardings/${id}`, { key: own.key })
    expect(body.situation).toMatchObject({
      blockedBy: 'bank_failed',
      move: 'client',
      step: 'bank',
      sentence: 'Jo to retry the bank: refused',
      health: 'warn',
      needsAttention: true,
      next: [{ what: 'reminder' }],
      also: [
        {
          blockedBy: 'books',
          move: 'practice',
          step: 'books',
          sentence: 'Connect Xero',
          health: null,
          action: { do: 'connect' },
          next: [{ what: 'staff_reminder' }],
        },
      ],
    })
    expect(body.action).toMatchObject({ do: 'copy_link' })
    for (const query of [
      'view=attention',
      'view=us',
      'view=client',
      'move=practice',
      'blockedBy=books',
      'q=Both&move=practice',
    ]) {
      const found = await api.call(`onboardings?${query}`, { key: own.key })
      expect([query, found.body.items.map((one: Item) => one.id)]).toEqual([query, [id]])
    }
    expect((await api.call('onboardings/counts', { key: own.key })).body).toMatchObject({ attention: 1, us: 1 })
  })
})

describe('views', () => {
  test.each([
    ['attention', ['Bounced Ltd', 'Declined Ltd']],
    ['us', ['Bounced Ltd', 'Declined Ltd', 'Uninvited Ltd']],
    ['client', ['Invited Ltd']],
    ['not_invited', ['New Ltd', 'Uninvited Ltd']],
    ['expired', []],
    ['completed', []],
    ['all', ['Bounced Ltd', 'Cancelled Ltd', 'Declined Ltd', 'Invited Ltd', 'New Ltd', 'Uninvited Ltd']],
  ])('%s', async (view, expected) => {
    expect(await names(`view=${view}`)).toEqual(expected)
    if (view !== 'all') expect(await names(`view=${view}&sort=waiting`)).toEqual(expected)
  })

  test('and filters narrow each other, down to nothing', async () => {
    expect(await names('view=us&status=declined')).toEqual(['Declined Ltd'])
    expect(await names('view=us&move=client')).toEqual([])
    expect(await names('view=attention&q=bounced')).toEqual(['Bounced Ltd'])
    expect(await names('view=attention&blockedBy=acceptance')).toEqual([])
    expect(await names('status=declined&status=declined')).toEqual(['Declined Ltd'])
  })

  test('a row that turns by time moves from one view to the other', async () => {
    await age(api.owner, idOf('Invited Ltd'), 8 * DAY_MS)
    expect(await names('view=client')).toEqual([])
    expect(await names('view=expired')).toEqual(['Invited Ltd'])
    expect(await names('view=attention')).toEqual(['Bounced Ltd', 'Declined Ltd', 'Invited Ltd'])
    expect((await api.call('onboardings/counts')).body).toMatchObject({ attention: 3, us: 4, expired: 1, upTo: 100 })
  })

  test('by account manager, alone, with a search and in pages', async () => {
    const managed = ['Bounced Ltd', 'Cancelled Ltd', 'Invited Ltd']
    expect(await names(`manager=${PRIYA}`)).toEqual(managed)
    expect(await names(`manager=${PRIYA}&manager=${api.practice.id}`)).toEqual(managed)
    expect(await names(`manager=${PRIYA}&q=bounced`)).toEqual(['Bounced Ltd'])
    expect(await names(`manager=${randomUUID()}&q=bounced`)).toEqual([])
    expect(await names(`manager=${PRIYA}&view=attention&sort=waiting`)).toEqual(['Bounced Ltd', 'Invited Ltd'])
    expect(await names(`manager=${api.practice.id}`)).toEqual([])
    const first = await api.call(`onboardings?manager=${PRIYA}&limit=2`)
    const second = await api.call(`onboardings?manager=${PRIYA}&limit=2&cursor=${first.body.nextCursor}`)
    expect([...first.body.items, ...second.body.items].map((one) => one.organisation.name).sort()).toEqual(managed)
  })

  test('an API key is nobody’s account manager', async () => {
    const answer = await api.call('onboardings?view=mine')
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toMatchObject([{ field: 'view', code: 'needs_person' }])
  })
})

describe('the board', () => {
  test('has each client in one column: an accepted one at the bank first, then at the books', async () => {
    const own = await api.createPractice()
    const add = async (name: string, invitation: unknown = undefined) => {
      const made = await api.create({ organisation: { name }, ...(invitation === null && { invitation }) }, own.key)
      return made.id as string
    }
    await add('New', null)
    await add('Invited')
    const declined = await add('Declined')
    await api.post(`onboardings/${declined}/decline`, { reason: 'other' }, { key: own.key })
    const accept = async (name: string) => {
      const id = await add(name)
      await api.accept(id, own)
      return id
    }
    await accept('At the bank')
    const books = await accept('At the books')
    await api.post(`onboardings/${books}/steps/bank/skip`, {}, { key: own.key })
    const [open] = (await api.call('onboardings?q=At the books', { key: own.key })).body.items
    expect(open.situation.sentence).toBe('Connect Xero')
    for (const name of ['Done', 'Done long ago']) {
      const id = await accept(name)
      for (const step of ['bank', 'books']) await api.post(`onboardings/${id}/steps/${step}/skip`, {}, { key: own.key })
      await api.perform(id, { do: 'complete' }, own)
      if (name === 'Done long ago') await age(api.owner, id, 31 * DAY_MS)
    }
    const gone = await add('Cancelled')
    await api.post(`onboardings/${gone}/cancel`, {}, { key: own.key })

    const expected = {
      not_invited: ['New'],
      invited: ['Invited'],
      unanswered: ['Declined'],
      bank: ['At the bank'],
      books: ['At the books'],
      completed: ['Done'],
    }
    const { body } = await api.call('onboardings/board', { key: own.key })
    expect(body.columns.map((one: { column: string }) => one.column)).toEqual(Object.keys(expected))
    for (const { column, count, waitingSince } of body.columns) {
      const held = await api.call(`onboardings?column=${column}`, { key: own.key })
      const found = held.body.items.map((one: Item) => one.organisation.name)
      expect([column, found]).toEqual([column, expected[column as keyof typeof expected]])
      expect(count).toBe(found.length)
      expect(waitingSince === null).toBe(column === 'completed')
      if (waitingSince) expect(waitingSince).toBe(held.body.items[0].situation.since)
    }
    // Filtered like the list: a column that cannot match is empty.
    const heads = async (query: string) => {
      const { body } = await api.call(`onboardings/board?${query}`, { key: own.key })
      return body.columns.flatMap((one: { column: string; count: number }) =>
        one.count > 0 ? [[one.column, one.count]] : [],
      )
    }
    expect(await heads('view=not_invited')).toEqual([['not_invited', 1]])
    expect(await heads('status=invited&status=accepted')).toEqual([
      ['invited', 1],
      ['bank', 1],
      ['books', 1],
    ])
    expect(await heads('q=books')).toEqual([['books', 1]])
    expect(await heads('status=cancelled')).toEqual([])
    const both = await api.call('onboardings?column=bank&q=books', { key: own.key })
    expect(both.body.items).toEqual([])
    expect((await api.call('onboardings?column=invited&status=accepted', { key: own.key })).body.items).toEqual([])
  })
})

describe('counts', () => {
  test('stop at a hundred', async () => {
    const many = await api.createPractice()
    await api.owner`
      WITH org AS (INSERT INTO organisation (practice_id, name, kind, country, currency)
        SELECT ${many.id}, 'Client ' || n, 'business', 'GB', 'GBP' FROM generate_series(1, 130) AS n RETURNING id)
      INSERT INTO onboarding (practice_id, organisation_id, window_days, give_up_days, blocked_by, move, needs_staff)
      SELECT ${many.id}, id, 7, 90, 'mapping', 'practice', true FROM org`
    expect((await api.call('onboardings/counts', { key: many.key })).body).toMatchObject({
      attention: 100,
      us: 100,
      mine: null,
      all: 100,
      upTo: 100,
    })
  })
})

describe('the detail', () => {
  test('has the next touches, the attempts of every invitation, and what each step allows', async () => {
    const { id } = await api.create()
    await age(api.owner, id, 2 * MINUTE_MS)
    await api.post(`onboardings/${id}/invitations`, { phone: '07400 123456', channels: ['email', 'sms'] })
    const { body } = await api.call(`onboardings/${id}`)
    expect(
      body.invitation.deliveries.map((one: { generation: number; channel: string }) => [one.generation, one.channel]),
    ).toEqual(
      expect.arrayContaining([
        [2, 'email'],
        [2, 'sms'],
        [1, 'email'],
      ]),
    )
    expect(body.invitation).toMatchObject({ generation: 2, opened: 0 })
    expect(body.nextTouches).toHaveLength(3)
    expect(body.steps[1]).toMatchObject({ kind: 'books', allowed: ['connect', 'skip', 'complete', 'hand_over'] })
    expect(body).toMatchObject({ alsoOpen: 0, completedAt: null, organisation: { isNamedDifferently: false } })
  })

  test('warns of a ledger that calls the business otherwise', async () => {
    const { id, organisation } = await api.create()
    await api.owner`UPDATE organisation SET ledger_name = 'Moorhen Music' WHERE id = ${organisation.id}`
    const { body } = await api.call(`onboardings/${id}`)
    expect(body.organisation).toMatchObject({ ledgerName: 'Moorhen Music', isNamedDifferently: true })
  })
})

describe('the timeline', () => {
  const timeline = async (name: string, query = '') =>
    (await api.call(`onboardings/${ids[name]}/timeline?${query}`)).body.items as {
      sentence: string
      actor: { type: string; name: string | null }
    }[]
  const sentences = async (name: string, query = '') => (await timeline(name, query)).map((one) => one.sentence)

  test('is newest first, in plain words, with who did it; attempts that set out are not told', async () => {
    const all = await timeline('Bounced Ltd')
    expect(all.map((one) => one.sentence)).toEqual([
      expect.stringMatching(/^Invitation by email to jo\..*@harbour\.example bounced: The mailbox does not exist\.$/),
      'Invited by email',
      'Client added',
    ])
    expect(all.at(-1)?.actor).toEqual({ type: 'api_key', name: 'Test' })
  })

  test('names colleagues, and says why something was done as far as it was written down', async () => {
    const [priya, rosa] = await Promise.all([
      api.createPerson('practice_admin', api.practice, { name: 'Priya Shah' }),
      api.createPerson('standard', api.practice, { name: 'Rosa Marsh' }),
    ])
    const made = await api.create()
    const cookie = await api.signIn(priya)
    const act = async (path: string, body: unknown, method = 'POST') =>
      expect(await api.callAs(cookie, path, { method, body })).toMatchObject({ status: 200 })
    const books = `onboardings/${made.id}/steps/books`
    await act(`${books}/skip`, { because: 'other', reason: 'Keeps them on paper' })
    await act(`${books}/reopen`, {})
    await act(`${books}/skip`, { because: 'other', reason: 'No books at all' })
    await act(`organisations/${made.organisation.id}/manager`, { manager: rosa.id }, 'PUT')
    await act(`onboardings/${made.id}/cancel`, { reason: 'Left us' })
    const { items } = (await api.callAs(cookie, `onboardings/${made.id}/timeline?only=us&limit=5`)).body
    expect(items.map((one: Record<string, unknown>) => [one.sentence, one.note])).toEqual([
      ['Onboarding cancelled', 'Left us'],
      ['Assigned to Rosa Marsh', null],
      ['Books skipped', 'No books at all'],
      ['Books opened again', null],
      ['Books skipped', null],
    ])
    expect(items[0].actor).toEqual({ type: 'staff', name: 'Priya Shah' })
    const events = (await api.callAs(cookie, `onboardings/${made.id}/events?order=desc&limit=1`)).body.items
    expect(events[0].actor).toEqual({ type: 'staff', id: priya.id, name: 'Priya Shah' })
    const { situation } = (await api.callAs(cookie, `onboardings/${made.id}`)).body
    expect(situation.sentence).toBe('Cancelled by Priya Shah: Left us')
  })

  test('is narrowed and paged', async () => {
    expect(await sentences('Cancelled Ltd', 'only=us')).toEqual([
      'Onboarding cancelled',
      'Invited by email',
      'Client added',
    ])
    expect(await sentences('Cancelled Ltd', 'only=messages')).toEqual(['Invited by email'])
    expect(await sentences('Cancelled Ltd', 'only=client')).toEqual([])
    expect(await sentences('Cancelled Ltd', 'only=connections')).toEqual([])
    const path = `onboardings/${ids['Cancelled Ltd']}/timeline?limit=1`
    const first = await api.call(path)
    const second = await api.call(`${path}&cursor=${first.body.nextCursor}`)
    expect([first.body.items[0].sentence, second.body.items[0].sentence]).toEqual([
      'Onboarding cancelled',
      'Invited by email',
    ])
  })
})
