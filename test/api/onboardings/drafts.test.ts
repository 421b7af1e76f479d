import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sweepDrafts } from '../../../commands/drafts/sweepDrafts.ts'
import { openDatabase } from '../../../db/client.ts'
import { connectors } from '../../../providers/connectors.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { forgeTokens } from '../../signIns.ts'
import { atLedger, browse } from '../client/clientHarness.ts'
import { type StaffApi, startStaffApi } from '../staffHarness.ts'

let api: StaffApi
let sandbox: Awaited<ReturnType<typeof againstSandbox>>
let worker: ReturnType<typeof openDatabase>
beforeAll(async () => {
  sandbox = await againstSandbox()
  api = await startStaffApi({ ledgers: connectors(sandbox.xero()) })
  worker = openDatabase(api.database.workerUrl, 2)
})
afterAll(async () => {
  await worker?.close()
  await api?.stop()
  await sandbox?.close()
})

const begin = async (body: Record<string, unknown> = {}) => (await api.post('drafts', body)).body
const save = (id: string, body: unknown, etag = '*') =>
  api.call(`drafts/${id}`, { method: 'PATCH', body, headers: { 'if-match': etag } })
const remove = (path: string) => api.call(path, { method: 'DELETE' })
const organisation = (name: string) => sandbox.control<{ tenantId: string }>('xero/organisations', { name })
const connected = async () =>
  (await sandbox.control<{ connections: { tenantId: string }[] }>('xero/connections')).connections.map(
    (one) => one.tenantId,
  )
const rowOf = async (id: string) => {
  const [row] = await api.owner`SELECT * FROM client_draft WHERE id = ${id}`
  return row!
}
const sweep = () => {
  const failed: string[] = []
  return sweepDrafts({ db: worker }, api.deps, (id) => failed.push(id)).then((ended) => ({ ended, failed }))
}

/** Connects a ledger organisation for a draft, as a person does. Returns the browser's last page. */
async function connect(draftId: string, fields: Parameters<typeof atLedger>[1], browser = browse(api.url)) {
  const opened = await api.post(`drafts/${draftId}/connections`, { provider: 'xero' })
  const path = new URL(opened.body.url).pathname
  const consent = await browser.send(path)
  return { browser, path, page: await browser.open(await atLedger(consent, fields)) }
}

/** Returns a draft with a new organisation of this name connected. */
async function withLedger(name: string) {
  const { id } = await begin()
  const { tenantId } = await organisation(name)
  const { page } = await connect(id, { organisation: tenantId })
  expect(new URL(page.url).pathname).toBe(`/clients/new/${id}/software`)
  return { id, tenantId }
}

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

describe('a ledger connected in the wizard', () => {
  test('belongs to the draft, and comes back to its wizard', async () => {
    const { id, tenantId } = await withLedger('Harbour Drafts Ltd')
    expect((await api.call(`drafts/${id}`)).body.ledger).toMatchObject({
      provider: 'xero',
      label: 'Xero',
      organisation: 'Harbour Drafts Ltd',
    })
    expect(await connected()).toContain(tenantId)
    expect(await api.owner`SELECT FROM connection WHERE tenant_id = ${tenantId}`).toHaveLength(0)
    const [session] = await api.owner`SELECT grant_sealed FROM auth_session WHERE draft_id = ${id}`
    expect(session?.grant_sealed).toMatch(/^s1\./)
  })

  test('of a sign-in that reaches several is chosen first', async () => {
    const { id } = await begin({ data: { organisation: { name: 'Chosen Ltd' } } })
    const [one, other] = [await organisation('Chosen Ltd'), await organisation('Not Chosen Ltd')]
    const { browser, path, page } = await connect(id, { organisation: [one.tenantId, other.tenantId] })
    expect(page.h1).toContain('Chosen Ltd')
    expect((await api.call(`drafts/${id}`)).body.ledger).toBeNull()
    const done = await browser.submit(`${path}/organisation`, { organisation: other.tenantId })
    expect(new URL(done.url).pathname).toBe(`/clients/new/${id}/software`)
    expect((await api.call(`drafts/${id}`)).body.ledger).toMatchObject({ organisation: 'Not Chosen Ltd' })
  })

  test('that was stopped connects nothing, and can be tried again', async () => {
    const { id } = await begin()
    const opened = await api.post(`drafts/${id}/connections`, { provider: 'xero' })
    const browser = browse(api.url)
    const path = new URL(opened.body.url).pathname
    const stopped = await browser.open(await atLedger(await browser.send(path), {}, 'cancel'))
    expect(new URL(stopped.url).pathname).toBe(`/clients/new/${id}/software`)
    expect((await api.call(`drafts/${id}/check`)).body.notices).toMatchObject([
      { field: 'draft', message: 'You stopped before finishing at Xero. Nothing was connected.' },
    ])
    expect((await api.call(`drafts/${id}`)).body.ledger).toBeNull()
    const { tenantId } = await organisation('Second Try Ltd')
    await browser.open(await atLedger(await browser.send(path), { organisation: tenantId }))
    expect((await api.call(`drafts/${id}`)).body.ledger).toMatchObject({ organisation: 'Second Try Ltd' })
    expect((await api.call(`drafts/${id}/check`)).body.notices).toEqual([])
  })

  test('is another client’s already: refused by name', async () => {
    const { id, tenantId } = await withLedger('Taken Ltd')
    await api.post('onboardings', { draft: id, organisation: { name: 'Taken Ltd' } })
    const { id: second } = await begin()
    const { page } = await connect(second, { organisation: tenantId })
    expect(new URL(page.url).pathname).toBe(`/clients/new/${second}/software`)
    expect((await api.call(`drafts/${second}/check`)).body.notices).toMatchObject([
      { field: 'draft', message: 'This Xero organisation is already linked to Taken Ltd. Choose another.' },
    ])
    expect((await api.call(`drafts/${second}`)).body.ledger).toBeNull()
    expect(await connected()).toContain(tenantId)
  })

  test('connected anew lets the earlier one go', async () => {
    const { id, tenantId } = await withLedger('Earlier Ltd')
    const later = await organisation('Later Ltd')
    await connect(id, { organisation: later.tenantId })
    expect((await api.call(`drafts/${id}`)).body.ledger).toMatchObject({ organisation: 'Later Ltd' })
    expect(await connected()).not.toContain(tenantId)
    expect(await connected()).toContain(later.tenantId)
  })

  test('is disconnected in the wizard, or with the draft', async () => {
    const first = await withLedger('Let Go Ltd')
    expect((await remove(`drafts/${first.id}/connection`)).body).toEqual({ endedThere: true })
    expect((await api.call(`drafts/${first.id}`)).body.ledger).toBeNull()
    const second = await withLedger('Deleted Ltd')
    await remove(`drafts/${second.id}`)
    for (const { tenantId } of [first, second]) expect(await connected()).not.toContain(tenantId)
    const grants = await api.owner`
      SELECT FROM auth_session WHERE draft_id IN (${first.id}, ${second.id}) AND grant_sealed IS NOT NULL`
    expect(grants).toHaveLength(0)
  })

  test('a return after the draft is gone stores nothing, and ends at the ledger what was just allowed', async () => {
    const { id } = await begin()
    const { tenantId } = await organisation('Too Late Ltd')
    const browser = browse(api.url)
    const opened = await api.post(`drafts/${id}/connections`, { provider: 'xero' })
    const back = await atLedger(await browser.send(new URL(opened.body.url).pathname), { organisation: tenantId })
    await remove(`drafts/${id}`)
    expect((await browser.open(back)).status).toBe(200)
    expect(await connected()).not.toContain(tenantId)
  })
})

describe('creating the client', () => {
  test('adopts the ledger in the same transaction, and forgets what was typed', async () => {
    const { id, tenantId } = await withLedger('Adopted Ltd')
    await save(id, { data: { organisation: { name: 'Adopted Ltd' } } })
    const created = await api.post('onboardings', {
      draft: id,
      organisation: { name: 'Adopted Ltd' },
      invitation: { name: 'Jo', email: 'jo@adopted.example' },
    })
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({
      status: 'invited',
      organisation: { ledgerName: 'Adopted Ltd', isNamedDifferently: false },
      connections: [{ kind: 'books', institution: 'Adopted Ltd', state: 'connected' }],
      steps: [{ kind: 'bank' }, { kind: 'books', state: 'done', progress: 'connected' }, { kind: 'mapping' }],
    })
    const events = (await api.call(`onboardings/${created.body.id}/events`)).body.items
    expect(events.map((one: { kind: string }) => one.kind)).toEqual(['created', 'invited', 'books_connected'])
    expect(await rowOf(id)).toMatchObject({ data_sealed: null, onboarding_id: created.body.id })
    expect((await api.call(`drafts/${id}`)).status).toBe(404)
    expect(await connected()).toContain(tenantId)
    expect(await sweep()).toEqual({ ended: 0, failed: [] })
    const [row] = await api.owner`SELECT fact_seq AS seq FROM onboarding WHERE id = ${created.body.id}`
    expect(row?.seq).toBe(3)
  })

  test('sent twice makes one client', async () => {
    const { id } = await withLedger('Pressed Twice Ltd')
    const body = {
      draft: id,
      organisation: { name: 'Pressed Twice Ltd' },
      invitation: { name: 'Jo', email: 'jo@twice.example' },
    }
    const answers = await Promise.all([1, 2, 3].map(() => api.post('onboardings', body)))
    expect(new Set(answers.map((one) => one.body.id)).size).toBe(1)
    expect(answers.map((one) => one.status)).toEqual([201, 201, 201])
    expect((await api.call('onboardings?q=pressed twice')).body.items).toHaveLength(1)
  })

  test('that is refused leaves the draft as it was', async () => {
    const { id } = await withLedger('Refused Ltd')
    await api.create({ organisation: { name: 'Holder Ltd', practiceCode: 'HELD' }, invitation: null })
    const refused = await api.post('onboardings', { draft: id, organisation: { name: 'X', practiceCode: 'HELD' } })
    expect(refused.body.code).toBe('code_taken')
    expect((await api.call(`drafts/${id}`)).body.ledger).toMatchObject({ organisation: 'Refused Ltd' })
    expect((await api.post('onboardings', { draft: id, organisation: { name: 'X' } })).status).toBe(201)
  })

  test('when another client took the organisation meanwhile is refused, and creates nothing', async () => {
    const { id, tenantId } = await withLedger('Contested Ltd')
    const other = await begin()
    await connect(other.id, { organisation: tenantId })
    const creating = (draft: string) => api.post('onboardings', { draft, organisation: { name: 'Contested Ltd' } })
    const answers = await Promise.all([creating(id), creating(other.id)])
    expect(answers.map((one) => one.status).sort()).toEqual([201, 409])
    const refused = answers.find((one) => one.status === 409)
    expect(refused?.body).toMatchObject({ code: 'already_linked', errors: [{ field: 'draft' }] })
    expect((await api.call('onboardings?q=contested')).body.items).toHaveLength(1)
    expect(await connected()).toContain(tenantId)
  })

  test('without books lets the ledger go', async () => {
    const { id, tenantId } = await withLedger('No Books Ltd')
    const created = await api.post('onboardings', {
      draft: id,
      organisation: { name: 'No Books Ltd' },
      steps: { books: 'skip' },
    })
    expect(created.body.connections).toEqual([])
    expect(await sweep()).toEqual({ ended: 1, failed: [] })
    expect(await connected()).not.toContain(tenantId)
    expect((await rowOf(id)).onboarding_id).toBe(created.body.id)
  })
})

describe('the worker', () => {
  test('ends drafts that nobody touched for seven days, and disconnects what they hold, with fresh tokens', async () => {
    const old = await withLedger('Abandoned Ltd')
    const young = await withLedger('Still Wanted Ltd')
    await api.owner`UPDATE client_draft SET updated_at = now() - interval '7 days 1 minute' WHERE id = ${old.id}`
    await api.owner`UPDATE client_draft SET updated_at = now() - interval '6 days 23 hours' WHERE id = ${young.id}`
    // The access token has expired by then.
    await forgeTokens(api.owner, api.deps.sealer, old.id, { accessToken: 'over', expiresAt: new Date(0) })
    expect(await sweep()).toEqual({ ended: 1, failed: [] })
    expect(await rowOf(old.id)).toMatchObject({ data_sealed: null, ended_at: expect.any(Date) })
    expect(await connected()).not.toContain(old.tenantId)
    expect(await connected()).toContain(young.tenantId)
    expect((await api.call(`drafts/${young.id}`)).status).toBe(200)
    expect(await sweep()).toEqual({ ended: 0, failed: [] })
  })

  test('tries again what the ledger would not end', async () => {
    const { id, tenantId } = await withLedger('Unreachable Ltd')
    await sandbox.fault({ provider: 'xero', operation: 'disconnect', kind: 'server_error', times: 6 })
    expect((await remove(`drafts/${id}`)).body).toEqual({ endedThere: false })
    expect(await sweep()).toEqual({ ended: 0, failed: [id] })
    expect(await connected()).toContain(tenantId)
    expect(await sweep()).toEqual({ ended: 1, failed: [] })
    expect(await connected()).not.toContain(tenantId)
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
