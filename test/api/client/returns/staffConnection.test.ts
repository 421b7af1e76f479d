import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openSession } from '../../../../commands/connections/sessions.ts'
import { atLedger, browse } from '../clientHarness.ts'
import { UNRECORDED, useTrips } from './trips.ts'

const { connections, cancel, side } = useTrips()

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
    const before = await side.everything(UNRECORDED)
    await browser.open(path)
    await browser.request(path, { method: 'HEAD' })
    expect(await side.everything(UNRECORDED)).toEqual(before)
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
