import { describe, expect, test } from 'vitest'
import { forgeTokens } from '../../../signIns.ts'
import { atLedger, browse } from '../../client/clientHarness.ts'
import { useDrafts } from './useDrafts.ts'

const { api, sandbox, begin, save, remove, organisation, connected, rowOf, sweep, connect, withLedger } = useDrafts()

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
    const refused = await api.post('onboardings', {
      draft: id,
      organisation: { name: 'X', practiceCode: 'HELD' },
    })
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
