import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { pollBank } from '../../../../commands/connections/banks/bankSession.ts'
import { departSession, openSession } from '../../../../commands/connections/sessions.ts'
import { execute } from '../../../../commands/execute.ts'
import { MINUTE_MS } from '../../../../domain/situation.ts'
import type { BankAccess } from '../../../../providers/bank/bank.ts'
import { connectors } from '../../../../providers/connectors.ts'
import { atBank, browse, startClientSide } from '../clientHarness.ts'
import { UNRECORDED, useTrips } from './trips.ts'

const { atTheBank, connections, cancel, sessionOf, side } = useTrips()
const staff = { type: 'api_key', id: null } as const

describe('a return from the bank', () => {
  test('a second one changes nothing', async () => {
    const { client, browser, hosted } = await atTheBank()
    const back = await atBank(hosted)
    expect((await browser.open(back)).h1).toBe('Bank connected')
    const before = await side.everything(UNRECORDED)
    expect((await browser.open(back)).h1).toBe('Bank connected')
    expect((await browse(side.publicUrl).open(back)).h1).toBe('You can close this page')
    expect(await side.everything(UNRECORDED)).toEqual(before)
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
    const before = await side.everything(UNRECORDED)
    const page = await browse(side.publicUrl).open(`/connect/return${query}`)
    expect([page.status, page.h1]).toEqual([200, 'You can close this page'])
    expect(page.html).not.toContain('/j/')
    expect(await side.everything(UNRECORDED)).toEqual(before)
  })

  test('with an expired state stores nothing', async () => {
    const { client, browser, hosted } = await atTheBank()
    const back = await atBank(hosted)
    await side.shift(client, 24 * 60 * MINUTE_MS)
    const before = await side.everything(UNRECORDED)
    const page = await browser.open(back)
    expect(page.h1).not.toBe('Bank connected')
    expect(await side.everything(UNRECORDED)).toEqual(before)
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
    await side.sandbox.fault({
      provider: 'truelayer',
      operation: 'create',
      kind: 'server_error',
      match: client.email,
    })
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
