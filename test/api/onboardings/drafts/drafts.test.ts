import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { useDrafts } from './useDrafts.ts'

const { api, begin, save, remove, rowOf, withLedger } = useDrafts()

describe('a draft', () => {
  test('keeps what was typed, sealed, for whoever began it', async () => {
    const draft = await begin({ data: { organisation: { name: 'Harbour' } } })
    expect(draft).toMatchObject({ kind: 'business', step: 'solutions', version: 1, ledger: null })
    const saved = await save(
      draft.id,
      { step: 'details', data: { organisation: { name: 'Harbour Bakery', niNumber: 'AB123456C' } } },
      '"v1"',
    )
    expect([saved.status, saved.headers.get('etag')]).toEqual([200, '"v2"'])
    const read = await api.call(`drafts/${draft.id}`)
    expect(read.body).toMatchObject({ step: 'details', data: { organisation: { name: 'Harbour Bakery' } } })
    const stored = JSON.stringify(await rowOf(draft.id))
    expect(stored).not.toMatch(/Harbour|AB123456C/)
    const other = await api.createKey(api.practice.slug, ['read', 'write'])
    expect((await api.call('drafts', { key: other })).body.items).toEqual([])
    expect((await api.call('drafts')).body.items.map((one: { id: string }) => one.id)).toContain(draft.id)
  })

  test('begun twice under one key is begun once', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const [first, second] = await Promise.all([
      api.post('drafts', {}, { headers }),
      api.post('drafts', {}, { headers }),
    ])
    expect(first.body.id).toBe(second.body.id)
  })

  test('that is deleted is not begun again by a repeat of the request that began it', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const data = { organisation: { name: 'Gone Ltd' } }
    const { id } = (await api.post('drafts', { data }, { headers })).body
    await remove(`drafts/${id}`)
    const before = await api.countRows()
    const repeat = await api.post('drafts', { data }, { headers })
    expect([repeat.status, repeat.body.code]).toEqual([409, 'already_done'])
    expect(await api.countRows()).toEqual(before)
    const other = await api.post('drafts', {}, { headers })
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_conflict'])
    const [kept] =
      await api.owner`SELECT response, about FROM idempotency_key WHERE key = ${headers['idempotency-key']}`
    expect(kept).toEqual({ response: { forgotten: true }, about: [] })
  })

  test('saved from an older version is refused, and without one not taken', async () => {
    const { id } = await begin()
    await save(id, { step: 'software' }, '"v1"')
    const late = await save(id, { step: 'details' }, '"v1"')
    expect([late.status, late.body.code]).toEqual([412, 'changed_meanwhile'])
    const without = await api.call(`drafts/${id}`, { method: 'PATCH', body: { step: 'details' } })
    expect([without.status, without.body.code]).toEqual([428, 'if_match_required'])
  })

  test('that is deleted keeps nothing and is not found any more', async () => {
    const { id } = await begin({ data: { organisation: { name: 'Gone Ltd' } } })
    expect((await remove(`drafts/${id}`)).body).toEqual({ endedThere: true })
    expect(await rowOf(id)).toMatchObject({ data_sealed: null, onboarding_id: null })
    for (const answer of [
      await api.call(`drafts/${id}`),
      await save(id, { step: 'details' }),
      await api.post(`drafts/${id}/connections`, { provider: 'xero' }),
      await remove(`drafts/${id}/connection`),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found'])
    }
    expect(
      (await api.post('onboardings', { draft: id, organisation: { name: 'Gone Ltd' } })).body.errors,
    ).toMatchObject([{ field: 'draft', code: 'draft_gone' }])
  })

  test.each([
    [{ kind: 'charity' }, 'kind', 'not_an_option'],
    [{ step: 'payment' }, 'step', 'not_an_option'],
    [{ data: 'text' }, 'data', 'wrong_type'],
    [{ data: { organisation: 'x'.repeat(21_000) } }, 'data', 'too_long'],
    [{ name: 'x' }, 'name', 'unknown_field'],
  ])('is refused what is none: %j', async (body, field, code) => {
    const answer = await api.post('drafts', body)
    expect([answer.status, answer.body.errors?.[0]]).toEqual([422, expect.objectContaining({ field, code })])
  })
})

describe('looking at a draft', () => {
  const look = async (body: Record<string, unknown>, cookie?: string) => {
    const { id } = await begin(body)
    const answer = cookie ? await api.callAs(cookie, `drafts/${id}/check`) : await api.call(`drafts/${id}/check`)
    expect(answer.status).toBe(200)
    const said = (list: { field: string; code: string; message: string }[]) =>
      Object.fromEntries(list.map(({ field, message }) => [field, message]))
    return { ...answer.body, errors: said(answer.body.errors), notices: said(answer.body.notices), all: answer.body }
  }

  test('says of every page what is missing, at once and in words', async () => {
    expect((await look({})).errors).toEqual({
      'organisation.name': 'Enter the company name.',
      'organisation.solutions': 'Choose at least one.',
    })
    const person = await look({
      kind: 'self_employed',
      data: { organisation: { niNumber: 'no', postcode: 'nowhere' }, invitation: {} },
    })
    expect(person.errors).toEqual({
      'organisation.name': 'Enter the company name.',
      'organisation.niNumber': 'Enter a National Insurance number like AB 12 34 56 C.',
      'organisation.contact.name': 'Enter their name.',
      'organisation.contact.email': 'Enter an email address like name@example.com.',
      'organisation.incomeSources': 'Add at least one income source.',
      'invitation.name': 'Enter their name.',
      'invitation.email': 'Enter an email address or a mobile number.',
    })
    // The warning is shown beside all errors.
    expect(person.notices).toEqual({
      'organisation.postcode': "This doesn't look like a UK postcode. Check it or keep it.",
    })
  })

  test('lets nobody be chosen, and says who alone will see the client then', async () => {
    const ask = async (data: Record<string, unknown>) => {
      const { errors, notices } = await look({ data })
      return [errors.access, notices.access]
    }
    expect(await ask({})).toEqual([undefined, undefined])
    const admin = await api.createPerson('practice_admin', api.practice, { name: 'Rosa Marsh' })
    const { id } = await api.createPerson('standard', api.practice)
    const [, told] = await ask({})
    expect(told).toBe('Only admins will see this client: Rosa Marsh.')
    expect((await ask({}))[0]).toBeUndefined()
    expect(await ask({ access: { everyone: true } })).toEqual([undefined, undefined])
    expect(await ask({ access: { people: [id] } })).toEqual([undefined, undefined])
    await api.owner`DELETE FROM membership WHERE user_id IN (${id}, ${admin.id})`
  })

  test('says what another client has already, and where the invitation would go', async () => {
    const first = await api.create({
      organisation: { name: 'Double Ltd', practiceCode: 'DBL' },
      invitation: null,
      access: { everyone: true },
    })
    const found = await look({
      data: {
        organisation: { name: 'double ltd', practiceCode: 'dbl', solutions: ['vat'] },
        invitation: { name: 'Jo', email: ' Jo@GMIAL.com ', phone: '+44 7400 123456' },
      },
    })
    expect(found.errors).toEqual({ 'organisation.practiceCode': 'dbl is already used by Double Ltd.' })
    expect(found.notices).toEqual({
      'organisation.name': 'You already have a client called double ltd.',
      'invitation.email': 'Did you mean jo@gmail.com?',
    })
    expect(found.all.notices.find((one: { code: string }) => one.code === 'duplicate_name').client).toBe(first.id)
    expect(found.sending).toMatchObject({ email: 'jo@gmial.com', phone: '07400 123456' })
    expect(Date.parse(found.sending.until) - Date.now()).toBeGreaterThan(6 * 86_400_000)
  })

  test('shows the invitation as it would be sent, and sends nothing', async () => {
    const { id } = await begin({
      data: {
        organisation: { name: 'Shown Before Ltd' },
        invitation: { name: 'Robin Hale', email: 'robin@shown.example', message: 'Lovely to have you.' },
      },
    })
    const { body } = await api.call(`drafts/${id}/preview?form=mail`)
    for (const words of ['Shown Before Ltd', 'Robin', 'Lovely to have you.']) expect(body.html).toContain(words)
    expect((await api.call(`drafts/${id}/preview?form=text`)).body.text).toContain('Shown Before Ltd')
    expect((await api.call('onboardings?q=shown before')).body.items).toEqual([])
  })

  test('says when the ledger calls the business otherwise', async () => {
    const { id } = await withLedger('Moorhen Music')
    await save(id, { data: { organisation: { name: 'Harbour Bakery Ltd', solutions: ['vat'] } } })
    expect((await api.call(`drafts/${id}/check`)).body.notices).toMatchObject([
      {
        code: 'differs_from_ledger',
        message: 'Xero says "Moorhen Music", you say "Harbour Bakery Ltd". Check it is the same business.',
      },
    ])
  })
})

test('another practice’s drafts are not found', async () => {
  const thief = await api.createPractice()
  const { id } = await withLedger('Private Ltd')
  const call = (path: string, method: string, body?: unknown) =>
    api.call(path, { method, key: thief.key, headers: { 'if-match': '*' }, ...(body !== undefined && { body }) })
  for (const answer of [
    await call(`drafts/${id}`, 'GET'),
    await call(`drafts/${id}`, 'PATCH', { step: 'details' }),
    await call(`drafts/${id}/connections`, 'POST', { provider: 'xero' }),
    await call(`drafts/${id}/connection`, 'DELETE'),
    await call(`drafts/${id}`, 'DELETE'),
  ]) {
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found'])
  }
  const stolen = await call('onboardings', 'POST', { draft: id, organisation: { name: 'Stolen Ltd' } })
  expect(stolen.body.errors).toMatchObject([{ field: 'draft', code: 'draft_gone' }])
  expect((await api.call(`drafts/${id}`)).body.ledger).toMatchObject({ organisation: 'Private Ltd' })
})
