import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SOFTWARE } from '../../../domain/connections/ledgers.ts'
import { forFile } from '../../forFile.ts'
import { writeConnection } from '../../writtenConnection.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)

// Xero alone can be connected here.

type Step = {
  kind: string
  state: string
  way: string
  owner: string
  skippedBecause: string | null
  allowed: string[]
}

/** Creates a client who accepted and has no bank to connect; returns its id. */
async function accepted(organisation: object, steps: object = {}): Promise<string> {
  const { id } = await api.create({ organisation, steps: { bank: 'skip', ...steps } })
  await api.accept(id)
  return id
}

const read = async (id: string) => (await api.call(`onboardings/${id}`)).body

/** The part of a client's answer that staff see of the books: the sentence, whose turn, the button, and the step's way. */
async function booksOf(id: string) {
  const { situation, action, steps } = await read(id)
  const books = steps.find(({ kind }: Step) => kind === 'books') as Step
  return [situation.blockedBy, situation.sentence, situation.move, action?.label ?? null, books.state, books.way]
}

const edit = async (id: string, changes: object) => {
  const path = `organisations/${(await read(id)).organisation.id}`
  const etag = (await api.call(path)).headers.get('etag') ?? ''
  return api.call(path, { method: 'PATCH', body: changes, headers: { 'If-Match': etag } })
}

const timelineOf = async (id: string): Promise<string[]> =>
  (await api.call(`onboardings/${id}/timeline`)).body.items.map(({ sentence }: { sentence: string }) => sentence)

describe('the software of a client', () => {
  test.each([
    [{ software: 'xero' }, ['books', 'Connect Xero', 'practice', 'Connect', 'open', 'connect']],
    [{}, ['books', 'Connect Xero', 'practice', 'Connect', 'open', 'connect']],
    [
      { software: 'quickbooks' },
      ['manual_books', 'Set up QuickBooks by hand', 'practice', 'Mark done', 'open', 'by_hand'],
    ],
    [
      { software: 'other', softwareName: 'Clear Books' },
      ['manual_books', 'Set up Clear Books by hand', 'practice', 'Mark done', 'open', 'by_hand'],
    ],
    [{ software: 'other' }, ['manual_books', 'Set up the books by hand', 'practice', 'Mark done', 'open', 'by_hand']],
    [{ software: 'unknown' }, ['software_unknown', "Find out Jo's software", 'practice', 'Choose', 'open', 'find_out']],
    [{ software: null }, ['software_unknown', "Find out Jo's software", 'practice', 'Choose', 'open', 'find_out']],
    [{ software: 'none' }, ['finishing', 'Finishing', 'us', null, 'skipped', 'none']],
  ])('decides what is done about the books from the beginning: %o', async (software, expected) => {
    expect(await booksOf(await accepted({ name: 'Begun Ltd', ...software }))).toEqual(expected)
  })

  test('that is not known is told by the client who connects the books', async () => {
    const id = await accepted({ name: 'Telling Ltd', software: 'unknown' }, { books: 'client' })
    expect((await booksOf(id)).slice(0, 3)).toEqual(['books', 'Jo to connect the books', 'client'])
    const ids = { sessionId: randomUUID(), institution: null }
    await api.perform(id, { do: 'start_session', step: 'books', provider: 'xero', ...ids })
    expect((await booksOf(id)).slice(0, 3)).toEqual(['books', 'Jo to connect Xero', 'client'])
    expect((await read(id)).organisation).toMatchObject({ software: 'xero', softwareName: null })
  })

  test('is edited, which moves the books and stands in the timeline', async () => {
    const id = await accepted({ name: 'Edited Ltd', software: 'unknown' })
    const chosen = async (changes: object) => {
      expect((await edit(id, changes)).status).toBe(200)
      return booksOf(id)
    }
    expect((await chosen({ software: 'kashflow' }))[1]).toBe('Set up KashFlow by hand')
    expect((await timelineOf(id))[0]).toBe('Details changed: accounting software (KashFlow)')
    expect((await chosen({ software: 'other', softwareName: ' Clear  Books ' }))[1]).toBe('Set up Clear Books by hand')
    expect((await chosen({ software: 'xero' }))[1]).toBe('Connect Xero')
    expect((await read(id)).organisation.softwareName).toBeNull()
    expect((await chosen({ software: null }))[1]).toBe("Find out Jo's software")
    const before = await timelineOf(id)
    expect((await chosen({ software: 'unknown' }))[1]).toBe("Find out Jo's software")
    expect(await timelineOf(id)).toEqual(before)
    expect((await chosen({ software: 'none' }))[4]).toBe('skipped')
  })

  test('by hand needs no matching, stays with the practice and is marked as done', async () => {
    const id = await accepted({ name: 'By Hand Ltd', software: 'sage' }, { books: 'client', bank: 'client' })
    const [, books, mapping] = (await read(id)).steps as Step[]
    expect([books?.owner, mapping?.skippedBecause]).toEqual(['practice', 'nothing_to_do'])
    const handed = await api.call(`onboardings/${id}/steps/books`, { method: 'PATCH', body: { owner: 'client' } })
    expect([handed.status, handed.body.code]).toEqual([409, 'owner_not_possible'])
    const done = await api.post(`onboardings/${id}/steps/books/complete`, { evidence: 'Set up by Sam' })
    expect(done.body.steps[1]).toMatchObject({ state: 'done', way: 'by_hand', progress: 'done' })
  })

  test('cannot be changed while it is connected', async () => {
    const id = await accepted({ name: 'Connected Ltd', software: 'unknown' })
    await writeConnection(api.owner, id, 'books')
    const ids = { sessionId: randomUUID(), connectionId: randomUUID() }
    await api.perform(id, { do: 'connect', step: 'books', provider: 'xero', accounts: 1, ...ids })
    const { status, body } = await edit(id, { software: 'sage' })
    expect([status, body.code, body.detail]).toEqual([
      409,
      'already_connected',
      'Xero is connected. Disconnect it first.',
    ])
    expect(body.errors).toMatchObject([{ field: 'software' }])
    expect((await edit(id, { software: 'xero', practiceCode: 'CON1' })).status).toBe(200)
  })

  test('is refused when there is no such software or its name is too long', async () => {
    const wrong = async (organisation: object) => {
      const { status, body } = await api.post('onboardings', { organisation: { name: 'Wrong Ltd', ...organisation } })
      return [status, body.errors?.[0]?.field, body.errors?.[0]?.message]
    }
    expect(await wrong({ software: 'abacus' })).toEqual([
      422,
      'organisation.software',
      `Choose one of ${SOFTWARE.join(', ')}.`,
    ])
    expect(await wrong({ software: 'other', softwareName: 'x'.repeat(61) })).toEqual([
      422,
      'organisation.softwareName',
      'Use 60 characters or fewer.',
    ])
    expect(await wrong({ software: 'other', softwareName: ' ' })).toEqual([
      422,
      'organisation.softwareName',
      'Say which software, in 60 characters or fewer.',
    ])
  })

  test('filters the list, and stands in the file', async () => {
    const own = await api.createPractice()
    for (const software of SOFTWARE) {
      const organisation = {
        name: `On ${software} Ltd`,
        software,
        ...(software === 'other' && { softwareName: 'Abacus' }),
      }
      await api.create({ organisation, invitation: null }, own.key)
    }
    const listed = async (query: string) =>
      (await api.call(`onboardings?${query}`, { key: own.key })).body.items.map(
        (one: { organisation: { name: string } }) => one.organisation.name,
      )
    for (const software of SOFTWARE) expect(await listed(`software=${software}`)).toEqual([`On ${software} Ltd`])
    const { text } = await api.call('onboardings/export', { key: own.key })
    const [head = '', ...lines] = text.trim().split('\r\n')
    const column = head.replace('\uFEFF', '').split(',').indexOf('Software')
    expect(lines.map((line) => line.split(',').at(column)).toSorted()).toEqual(
      ['Abacus', 'FreeAgent', 'KashFlow', 'None', 'Not known yet', 'QuickBooks', 'Sage Accounting', 'Xero'].toSorted(),
    )
  })
})
