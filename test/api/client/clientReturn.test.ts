import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pollBank } from '../../../commands/connections/banks/bankSession.ts'
import { chooseOrganisation } from '../../../commands/connections/ledgers/ledgerChoice.ts'
import { departSession, openSession } from '../../../commands/connections/sessions.ts'
import { execute } from '../../../commands/execute.ts'
import { HOUR_MS, MINUTE_MS } from '../../../domain/situation.ts'
import type { BankAccess } from '../../../providers/bank/bank.ts'
import { connectors } from '../../../providers/connectors.ts'
import { atBank, atLedger, browse, type ClientSide, type NewClient, startClientSide } from './clientHarness.ts'

let side: ClientSide
beforeAll(async () => {
  side = await startClientSide()
})
afterAll(() => side?.stop())

const staff = { type: 'api_key', id: null } as const
const unrecorded = ['link_view', 'rate_limit']

/** Returns a client who accepted and went to the bank. */
async function atTheBank(given: NewClient = {}) {
  const client = await side.invite(given)
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  const hosted = await browser.send(`${base}/bank`, { bank: 'ob-northgate' })
  return { client, base, browser, hosted }
}

/** Returns a client who went to the ledger, with books for the client to connect. */
async function atTheLedger(name = 'Harbour Bakery Ltd') {
  const client = await side.invite({ name, steps: { books: 'client', bank: 'skip' } })
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  await browser.send(`${base}/accept`)
  return { client, base, browser, consent: await browser.send(`${base}/books`, { ledger: 'xero' }) }
}

const connections = (id: string) => side.owner<{ state: string; tenant_id: string | null; external_id: string }[]>`
  SELECT state, tenant_id, external_id FROM connection WHERE onboarding_id = ${id} ORDER BY created_at`
const heldByLedger = async () =>
  (await side.sandbox.control<{ connections: { tenantId: string }[] }>('xero/connections')).connections.map(
    (one) => one.tenantId,
  )
const cancel = ({ target }: { target: { practiceId: string; onboardingId: string } }) =>
  execute(side.deps.commands, target, { actor: staff, command: { do: 'cancel', requestId: randomUUID() } })
const sessionOf = async (id: string) => {
  const [row] = await side.owner<
    { id: string; external_id: string; status: string; failure: string; grant_sealed: string | null }[]
  >`
    SELECT * FROM auth_session WHERE onboarding_id = ${id} ORDER BY created_at DESC LIMIT 1`
  return row!
}

describe('a return from the bank', () => {
  test('a second one changes nothing', async () => {
    const { client, browser, hosted } = await atTheBank()
    const back = await atBank(hosted)
    expect((await browser.open(back)).h1).toBe('Bank connected')
    const before = await side.everything(unrecorded)
    expect((await browser.open(back)).h1).toBe('Bank connected')
    expect((await browse(side.publicUrl).open(back)).h1).toBe('You can close this page')
    expect(await side.everything(unrecorded)).toEqual(before)
    expect((await connections(client.id)).length).toBe(1)
  })

  test('twenty at once connect once', async () => {
    const { client, browser, hosted } = await atTheBank()
    const back = await atBank(hosted)
    const pages = await Promise.all(Array.from({ length: 20 }, () => browser.open(back)))
    expect(new Set(pages.map((page) => page.h1))).toEqual(new Set(['Bank connected']))
    expect((await connections(client.id)).length).toBe(1)
  })

  test.each([
    ['none', ''],
    ['unknown', `?state=${randomBytes(24).toString('base64url')}`],
    ['malformed', '?state=x'],
    ['twice', '?state=a&state=b'],
  ])('with a foreign state (%s) stores nothing', async (_name, query) => {
    await atTheBank()
    const before = await side.everything(unrecorded)
    const page = await browse(side.publicUrl).open(`/connect/return${query}`)
    expect([page.status, page.h1]).toEqual([200, 'You can close this page'])
    expect(page.html).not.toContain('/j/')
    expect(await side.everything(unrecorded)).toEqual(before)
  })

  test('with an expired state stores nothing', async () => {
    const { client, browser, hosted } = await atTheBank()
    const back = await atBank(hosted)
    await side.shift(client, 24 * 60 * MINUTE_MS)
    const before = await side.everything(unrecorded)
    const page = await browser.open(back)
    expect(page.h1).not.toBe('Bank connected')
    expect(await side.everything(unrecorded)).toEqual(before)
  })

  test('from another browser stores nothing before the person says yes', async () => {
    const { client, base, hosted } = await atTheBank()
    const back = await atBank(hosted)
    const phone = browse(side.publicUrl)
    const asked = await phone.open(back)
    expect([asked.status, asked.h1]).toEqual([200, 'Connect to Harbour Bakery Ltd?'])
    expect(asked.html).not.toContain(base)
    expect(asked.headers.getSetCookie().join()).toMatch(
      /return=s1\.[^;]+; Max-Age=600; Path=\/;.* HttpOnly; SameSite=Lax/,
    )
    expect(await connections(client.id)).toEqual([])
    // The worker, which polls sessions without a return, does not connect it either.
    const [{ due } = { due: null }] = await side.owner<{ due: boolean }[]>`
      SELECT next_poll_at = expires_at AS due FROM auth_session WHERE onboarding_id = ${client.id}`
    expect(due).toBe(true)

    const { id } = await sessionOf(client.id)
    // A yes from a third browser, which has no return, is ignored.
    expect((await browse(side.publicUrl).submit(`/connect/${id}/confirm`, { answer: 'yes' })).h1).toBe(
      'You can close this page',
    )
    expect(await connections(client.id)).toEqual([])
    expect((await phone.submit(`/connect/${id}/confirm`, { answer: 'yes' })).h1).toBe('Bank connected')
    expect((await connections(client.id)).length).toBe(1)
  })

  test('a no ends the session, and nothing comes of it any more', async () => {
    const { client, hosted, browser, base } = await atTheBank()
    const back = await atBank(hosted)
    const stranger = browse(side.publicUrl)
    await stranger.open(back)
    const { id } = await sessionOf(client.id)
    expect((await stranger.submit(`/connect/${id}/confirm`, { answer: 'no' })).h1).toBe('You can close this page')
    expect(await sessionOf(client.id)).toMatchObject({ status: 'failed', failure: 'cancelled' })
    expect((await browser.open(back)).h1).toBe('You stopped before finishing')
    expect((await browser.open(base)).h1).toBe('You stopped before finishing')
    expect(await connections(client.id)).toEqual([])
  })

  test('after cancel stores nothing and says cancelled', async () => {
    const { client, browser, hosted } = await atTheBank()
    const back = await atBank(hosted)
    await cancel(client)
    const page = await browser.open(back)
    expect([page.status, page.h1]).toEqual([410, 'Marsh & Lowe Accountants has withdrawn this invitation'])
    expect(page.text).toContain('No bank data is being read')
    expect(await connections(client.id)).toEqual([])
  })

  test('after cancel ends the access where the bank’s connector can', async () => {
    const revoked: string[] = []
    const bank = side.deps.banks.first
    const revoking = await startClientSide({
      banks: connectors({
        ...bank,
        can: { ...bank.can, revoke: true },
        revoke: async ({ externalId }: BankAccess) => void revoked.push(externalId),
      }),
    })
    try {
      await side.alsoReturnTo(revoking.publicUrl)
      const client = await revoking.invite()
      const base = `/j/${await revoking.tokenFor(client)}`
      const browser = browse(revoking.publicUrl)
      const back = await atBank(await browser.send(`${base}/bank`, { bank: 'ob-northgate' }))
      await execute(revoking.deps.commands, client.target, {
        actor: staff,
        command: { do: 'cancel', requestId: randomUUID() },
      })
      expect((await browser.open(back)).status).toBe(410)
      const [session] = await revoking.owner<{ external_id: string }[]>`SELECT external_id FROM auth_session`
      expect(revoked).toEqual([session?.external_id])
    } finally {
      await revoking.stop()
    }
  })

  test.each([
    ['cancel', 'You stopped before finishing'],
    ['refuse', 'Northgate Bank didn’t complete the connection'],
    ['bank_down', 'Northgate Bank isn’t answering'],
    ['approve_no_accounts', 'No account was shared'],
    ['approve_later', 'Northgate Bank hasn’t confirmed it yet'],
  ])('who chose %s there reads so', async (action, h1) => {
    const { base, browser, hosted } = await atTheBank()
    expect((await browser.open(await atBank(hosted, action))).h1).toBe(h1)
    expect((await browser.open(base)).h1).toBe(h1)
    expect((await browser.open(`${base}?choose=1`)).h1).toBe('Carry on: connect your bank for Harbour Bakery Ltd')
  })

  test('while the bank is at work the page waits, and what the bank reports then connects', async () => {
    const { client, base, browser, hosted } = await atTheBank()
    await browser.open(await atBank(hosted, 'approve_later'))
    expect(await side.step(client.id, 'bank')).toMatchObject({ phase: 'processing' })
    const { id, external_id } = await sessionOf(client.id)
    await side.sandbox.control(`truelayer/connections/${external_id}`, { action: 'approve' })
    const [{ wait } = { wait: 0 }] = await side.owner<{ wait: number }[]>`
      SELECT extract(epoch FROM next_poll_at - clock_timestamp())::float8 AS wait FROM auth_session WHERE id = ${id}`
    expect(wait).toBeLessThan(61)
    await pollBank(side.deps.commands, side.deps, client.target, id)
    expect((await browser.open(base)).h1).toBe('Bank connected')
  })

  test('a second person who must approve is told of where the connector knows it', async () => {
    const bank = side.deps.banks.first
    const told = await startClientSide({
      banks: connectors({ ...bank, status: async () => ({ state: 'signatory' as const }) }),
    })
    try {
      await side.alsoReturnTo(told.publicUrl)
      const client = await told.invite()
      const base = `/j/${await told.tokenFor(client)}`
      const browser = browse(told.publicUrl)
      const back = await atBank(await browser.send(`${base}/bank`, { bank: 'ob-northgate' }), 'signatory')
      expect((await browser.open(back)).h1).toBe('Someone else must approve too')
    } finally {
      await told.stop()
    }
  })

  test('details that the provider refuses read as refused, and not as a provider that is away', async () => {
    const { client, base, browser } = await atTheBank()
    const { deps } = side
    const start: typeof deps.banks.first.start = (request) =>
      deps.banks.first.start({ ...request, user: { ...request.user, phone: '07700 900123' } })
    const bank = { institution: 'ob-northgate', institutionName: 'Northgate Bank' }
    const by = { openedBy: 'client', linkId: null } as const
    const wanted = { step: 'bank', provider: deps.banks.first.name, ...bank, ...by } as const
    const opened = await openSession(deps.commands, client.target, wanted)
    if (opened.result !== 'opened') throw new Error(opened.result)
    const providers = { ...deps, banks: connectors({ ...deps.banks.first, start }) }
    const left = await departSession(deps.commands, providers, client.target, staff, opened.sessionId, 'browser')
    const reason = 'TrueLayer refused the details: phone number.'
    expect(left).toMatchObject({ result: 'not_started', reason })
    expect(await side.step(client.id, 'bank')).toMatchObject({ reason: 'refused', last_error: reason })
    const page = await browser.open(base)
    expect(page.h1).toBe('Northgate Bank didn’t complete the connection')
    expect(page.text).toContain(reason)
  })

  test('with the provider away then, it is asked again without the person', async () => {
    const { client, browser, hosted } = await atTheBank()
    const [session] = await side.owner<{ external_id: string }[]>`
      SELECT external_id FROM auth_session WHERE onboarding_id = ${client.id}`
    const back = await atBank(hosted)
    await side.sandbox.fault({
      provider: 'truelayer',
      operation: 'accounts',
      kind: 'server_error',
      times: 3,
      match: session!.external_id,
    })
    const page = await browser.open(back)
    expect([page.status, page.h1]).toEqual([200, 'Northgate Bank hasn’t confirmed it yet'])
    expect(await side.step(client.id, 'bank')).toMatchObject({ phase: 'processing', done_at: null })
    const { id } = await sessionOf(client.id)
    expect(await pollBank(side.deps.commands, side.deps, client.target, id)).toMatchObject({
      is: 'connected',
    })
  })

  test('with the provider away at the start, the acceptance is saved and can be gone on from', async () => {
    const client = await side.invite()
    const base = `/j/${await side.tokenFor(client)}`
    const browser = browse(side.publicUrl)
    await side.sandbox.fault({ provider: 'truelayer', operation: 'create', kind: 'server_error', match: client.email })
    const page = await browser.submit(`${base}/bank`, { bank: 'ob-northgate' })
    expect([page.status, page.h1]).toEqual([200, 'We can’t reach TrueLayer just now'])
    expect((await side.row(client.id)).status).toBe('accepted')
    expect((await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-northgate' })))).h1).toBe(
      'Bank connected',
    )
  })

  test('with a fault of ours at the start, it is said to be ours, told to nobody else, and can be gone on from', async () => {
    const start = () => Promise.reject(new TypeError('start is broken'))
    const broken = await startClientSide({ banks: connectors({ ...side.deps.banks.first, start }) })
    try {
      const client = await broken.invite()
      const base = `/j/${await broken.tokenFor(client)}`
      const browser = browse(broken.publicUrl)
      const answer = await browser.request(`${base}/bank`, {
        method: 'POST',
        body: new URLSearchParams({ bank: 'ob-northgate' }),
      })
      expect([answer.status, await answer.text()]).toEqual([
        500,
        expect.stringContaining('Something went wrong on our side'),
      ])
      expect(broken.logged.join()).toContain('start is broken')
      expect(await broken.step(client.id, 'bank')).toMatchObject({ reason: 'unavailable', last_error: null })
      expect((await broken.row(client.id)).status).toBe('accepted')
      expect((await browser.open(base)).h1).toBe('We can’t reach TrueLayer just now')
    } finally {
      await broken.stop()
    }
  })
})

describe('a return from the ledger', () => {
  const organisation = (name: string) =>
    side.sandbox.control<{ tenantId: string }>('xero/organisations', {
      name,
      bankAccounts: [{ name: 'Current', number: '20000012345678' }],
    })

  test('a second one changes nothing', async () => {
    const { client, browser, consent } = await atTheLedger()
    const back = await atLedger(consent, { new_organisation: 'Harbour Bakery Ltd' })
    expect((await browser.open(back)).h1).toBe('Xero connected')
    const before = await side.everything(unrecorded)
    expect((await browser.open(back)).h1).toBe('Xero connected')
    expect((await browse(side.publicUrl).open(back)).h1).toBe('You can close this page')
    expect(await side.everything(unrecorded)).toEqual(before)
    expect((await connections(client.id)).length).toBe(1)
  })

  test('from another browser stores nothing before the person says yes', async () => {
    const { client, consent } = await atTheLedger()
    const back = await atLedger(consent, { new_organisation: 'Harbour Bakery Ltd' })
    const before = await side.everything(unrecorded)
    const phone = browse(side.publicUrl)
    expect((await phone.open(back)).h1).toBe('Connect to Harbour Bakery Ltd?')
    expect(await side.everything(unrecorded)).toEqual(before)
    const { id } = await sessionOf(client.id)
    const page = await phone.submit(`/connect/${id}/confirm`, { answer: 'yes' })
    expect([page.h1, (await connections(client.id)).length]).toEqual(['Xero connected', 1])
  })

  test('an answer for the session of somebody else is worth nothing', async () => {
    const mine = await atTheLedger()
    const other = await atTheLedger()
    const back = await atLedger(mine.consent, { new_organisation: 'Harbour Bakery Ltd' })
    const phone = browse(side.publicUrl)
    await phone.open(back)
    const { id } = await sessionOf(other.client.id)
    expect((await phone.submit(`/connect/${id}/confirm`, { answer: 'yes' })).h1).toBe('You can close this page')
    expect(await connections(other.client.id)).toEqual([])
    expect(await connections(mine.client.id)).toEqual([])
  })

  test('after cancel stores nothing, and ends at the ledger what was just allowed', async () => {
    const { client, browser, consent } = await atTheLedger('Cancelled Bakery Ltd')
    const { tenantId } = await organisation('Cancelled Bakery Ltd')
    const back = await atLedger(consent, { organisation: tenantId })
    await cancel(client)
    const page = await browser.open(back)
    expect([page.status, page.h1]).toEqual([410, 'Marsh & Lowe Accountants has withdrawn this invitation'])
    expect(await connections(client.id)).toEqual([])
    expect(await heldByLedger()).not.toContain(tenantId)
  })

  test('a client who stops at the ledger reads so, and a colleague can go on', async () => {
    const { client, browser, consent } = await atTheLedger()
    const stopped = await browser.open(await atLedger(consent, {}, 'cancel'))
    expect(stopped.h1).toBe('You stopped before finishing')
    const { id } = await sessionOf(client.id)
    const colleague = browse(side.publicUrl)
    const again = await colleague.send(`/connect/${id}`)
    expect((await colleague.open(await atLedger(again, { new_organisation: 'Harbour Bakery Ltd' }))).h1).toBe(
      'Xero connected',
    )
  })

  test('a late return says so, keeps nothing, and can be started again', async () => {
    const { client, browser, consent } = await atTheLedger()
    const back = await atLedger(consent, { new_organisation: 'Harbour Bakery Ltd' })
    await side.shift(client, HOUR_MS)
    const late = await browser.open(back)
    expect([late.status, late.h1]).toEqual([200, 'That took too long'])
    expect(late.text).toContain('Start again at Xero')
    expect(await connections(client.id)).toEqual([])
    const again = await browser.send(new URL(late.url).pathname)
    expect((await browser.open(await atLedger(again, { new_organisation: 'Harbour Bakery Ltd' }))).h1).toBe(
      'Xero connected',
    )
  })

  test('a sign-in that reaches several asks which one', async () => {
    const { client, browser, consent } = await atTheLedger()
    const [first, second] = [await organisation('Harbour Bakery Ltd'), await organisation('Quay Holdings Ltd')]
    const asked = await browser.open(await atLedger(consent, { organisation: [first.tenantId, second.tenantId] }))
    expect(asked.h1).toBe('Which one is Harbour Bakery Ltd?')
    const { id } = await sessionOf(client.id)
    // Another browser can neither see the reached organisations nor choose one.
    expect((await browse(side.publicUrl).open(`/connect/${id}`)).html).not.toContain('Quay Holdings')
    await browse(side.publicUrl).submit(`/connect/${id}/organisation`, { organisation: first.tenantId })
    expect(await connections(client.id)).toEqual([])

    const wrong = await browser.submit(`/connect/${id}/organisation`, { organisation: second.tenantId })
    expect(wrong.h1).toBe('That looks like a different business')
    expect(await connections(client.id)).toEqual([])
    const again = await browser.submit(`/connect/${id}`)
    expect(again.h1).toBe('Which one is Harbour Bakery Ltd?')
    expect((await browser.submit(`/connect/${id}/organisation`, { organisation: first.tenantId })).h1).toBe(
      'Xero connected',
    )
    expect((await connections(client.id))[0]?.tenant_id).toBe(first.tenantId)
  })

  test('another name is asked about, and whether it is the same business is left to the practice', async () => {
    const { client, browser, consent } = await atTheLedger()
    const wrong = await browser.open(await atLedger(consent, { new_organisation: 'Quay Ventures Ltd' }))
    expect(wrong.h1).toBe('That looks like a different business')
    const { id } = await sessionOf(client.id)
    const left = await browser.submit(`/connect/${id}/same-business`)
    expect(left.h1).toBe('Marsh & Lowe Accountants is checking')
    expect(left.text).toContain('You said “Quay Ventures Ltd” is the same business.')
    // A repeated report counts once; nothing is connected before the practice has checked.
    await browser.submit(`/connect/${id}/same-business`)
    expect(await connections(client.id)).toEqual([])
    expect((await side.events(client.id)).filter(({ data }) => data.about === 'same_business')).toHaveLength(1)
    expect(await side.owner`SELECT text FROM told WHERE onboarding_id = ${client.id}`).toMatchObject([
      { text: 'Quay Ventures Ltd' },
    ])
    const [{ blocked_by, move } = {}] =
      await side.owner`SELECT blocked_by, move FROM onboarding WHERE id = ${client.id}`
    expect([blocked_by, move]).toEqual(['wrong_org', 'practice'])

    const { deps } = side
    const staff = { type: 'api_key', id: null } as const
    const [session] = await side.owner<{ id: string }[]>`SELECT id FROM auth_session WHERE onboarding_id = ${client.id}`
    const { tenantId } = (
      await side.sandbox.control<{ connections: { tenantId: string; tenantName: string }[] }>('xero/connections')
    ).connections.find(({ tenantName }) => tenantName === 'Quay Ventures Ltd')!
    await chooseOrganisation(deps.commands, deps, client.target, session!.id, tenantId, true, staff)
    expect((await browser.open(`/connect/${id}`)).h1).toBe('Xero connected')
  })

  test('choosing again after the only one signs in again and leaves nothing behind', async () => {
    const { client, browser, consent } = await atTheLedger()
    const { tenantId } = await organisation('Wrong Bakery Holdings')
    await browser.open(await atLedger(consent, { organisation: tenantId }))
    const { id } = await sessionOf(client.id)
    const consentAgain = await browser.send(`/connect/${id}`)
    expect(consentAgain).toContain('/xero/login/')
    expect(await heldByLedger()).not.toContain(tenantId)
    expect((await browser.open(await atLedger(consentAgain, { new_organisation: 'Harbour Bakery Ltd' }))).h1).toBe(
      'Xero connected',
    )
  })

  test('an organisation of another client is refused by its name, and the practice can be told', async () => {
    const { tenantId } = await organisation('Twice Ltd')
    const first = await atTheLedger('Twice Ltd')
    expect((await first.browser.open(await atLedger(first.consent, { organisation: tenantId }))).h1).toBe(
      'Xero connected',
    )
    const second = await atTheLedger('Twice Ltd')
    const page = await second.browser.open(await atLedger(second.consent, { organisation: tenantId }))
    expect(page.h1).toBe('“Twice Ltd” is already connected')
    const told = await second.browser.submit(`${second.base}/tell`, { about: 'already_linked' })
    expect(told.h1).toBe('Thank you')
  })

  test('cancelling one client leaves another, connected through the same ledger sign-in, working', async () => {
    const one = await atTheLedger('First Bakery Ltd')
    const other = await atTheLedger('Second Bakery Ltd')
    const [a, b] = [await organisation('First Bakery Ltd'), await organisation('Second Bakery Ltd')]
    await one.browser.open(await atLedger(one.consent, { organisation: a.tenantId }))
    // The other's sign-in reaches both organisations, by the same person.
    await other.browser.open(await atLedger(other.consent, { organisation: [a.tenantId, b.tenantId] }))
    const { id } = await sessionOf(other.client.id)
    expect((await other.browser.open(`/connect/${id}`)).h1).toBe('Which one is Second Bakery Ltd?')
    await cancel(other.client)
    const { endUnusedGrants } = await import('../../../commands/connections/endGrants.ts')
    await endUnusedGrants(side.deps.db, side.deps, other.client.target)
    const held = await heldByLedger()
    expect([held.includes(a.tenantId), held.includes(b.tenantId)]).toEqual([true, false])
    expect((await connections(one.client.id)).map((row) => row.state)).toEqual(['connected'])
  })
})

describe('a connection made by staff', () => {
  async function opened(practice?: string) {
    const client = await side.invite({ channels: null }, practice)
    const { name: provider } = side.deps.ledgers.first
    const request = {
      step: 'books',
      provider,
      institution: provider,
      institutionName: 'Xero',
      openedBy: 'practice',
      linkId: null,
    } as const
    const session = await openSession(side.deps.commands, client.target, request)
    if (session.result !== 'opened') throw new Error(session.result)
    return { client, path: `/connect/${session.sessionId}` }
  }

  test('its page names practice and organisation, and its return connects', async () => {
    const { client, path } = await opened()
    const browser = browse(side.publicUrl)
    const page = await browser.open(path)
    expect(page.h1).toBe('Connect Xero for Harbour Bakery Ltd')
    expect(page.text).toContain('Harbour Bakery Ltd is a client of Marsh & Lowe Accountants')
    const done = await browser.open(
      await atLedger(await browser.send(path), { new_organisation: 'Harbour Bakery Ltd' }),
    )
    expect(done.h1).toBe('Xero connected')
    expect((await browser.open(path)).h1).toBe('Xero connected')
    expect((await connections(client.id)).length).toBe(1)
  })

  test('looking at its page changes nothing', async () => {
    const { path } = await opened()
    const browser = browse(side.publicUrl)
    const before = await side.everything(unrecorded)
    await browser.open(path)
    await browser.request(path, { method: 'HEAD' })
    expect(await side.everything(unrecorded)).toEqual(before)
    expect(browser.jar.size).toBe(0)
  })

  test('once used its address asks again with a fresh session', async () => {
    const { client, path } = await opened()
    const browser = browse(side.publicUrl)
    const first = await browser.send(path)
    const second = await browser.send(path)
    expect(first).not.toBe(second)
    expect((await browser.open(await atLedger(second, { new_organisation: 'Harbour Bakery Ltd' }))).h1).toBe(
      'Xero connected',
    )
    expect((await connections(client.id)).length).toBe(1)
  })

  test('after a cancel it opens nothing', async () => {
    const { client, path } = await opened()
    await cancel(client)
    const browser = browse(side.publicUrl)
    expect((await browser.open(path)).h1).toBe('You can close this page')
    expect((await browser.submit(path)).h1).toBe('You can close this page')
  })

  test.each(['not-a-session', randomUUID(), '%E0%A4%A'])('no session %s', async (id) => {
    const page = await browse(side.publicUrl).open(`/connect/${id}`)
    expect([page.status, page.h1]).toEqual([404, 'This link doesn’t work'])
  })
})
