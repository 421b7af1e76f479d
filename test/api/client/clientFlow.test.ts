import { describe, expect, test } from 'vitest'
import { forFile } from '../../forFile.ts'
import { atBank, atLedger, browse, startClientSide } from './clientHarness.ts'

const side = forFile(startClientSide)

const bank = { bank: 'ob-northgate' }

describe('the client’s way', () => {
  test('one page, one choice, one approval at the bank: accepted and connected', async () => {
    const client = await side.invite()
    const base = `/j/${await side.tokenFor(client)}`
    const browser = browse(side.publicUrl)

    const page = await browser.open(base)
    expect([page.status, page.h1]).toEqual([200, 'Connect your bank for Harbour Bakery Ltd'])
    expect(page.text).toContain('Rosa Marsh at Marsh & Lowe Accountants asks to see your bank accounts.')
    expect(page.text).toContain('Albion Union Bank')

    const hosted = await browser.send(`${base}/bank`, bank)
    expect(hosted).toContain(`${side.sandbox.url}/truelayer/app/connections/`)
    expect((await side.row(client.id)).status).toBe('accepted')

    const connected = await browser.open(await atBank(hosted))
    expect([connected.status, connected.h1]).toEqual([200, 'Bank connected'])
    expect(connected.text).toContain('You have nothing else to do')
    expect(await side.step(client.id, 'bank')).toMatchObject({ done_at: expect.any(Date), phase: null })
    const kinds = (await side.events(client.id)).map((event) => event.kind)
    expect(kinds).toEqual(['created', 'invited', 'provisioned', 'accepted', 'bank_started', 'bank_connected'])
    expect((await browser.open(base)).h1).toBe('Bank connected')
  })

  test('the books next where they are the client’s, then all done', async () => {
    const client = await side.invite({ steps: { books: 'client' } })
    const base = `/j/${await side.tokenFor(client)}`
    const browser = browse(side.publicUrl)
    const connected = await browser.open(await atBank(await browser.send(`${base}/bank`, bank)))
    expect(connected.h1).toBe('Bank connected')
    expect(connected.text).toContain('Next: accounting software')
    expect((await browser.open(base)).h1).toBe('Connect Harbour Bakery Ltd’s accounting software')

    const consent = await browser.send(`${base}/books`, { ledger: 'xero' })
    const back = await atLedger(consent, { new_organisation: 'Harbour Bakery Ltd' })
    const done = await browser.open(back)
    expect([done.status, done.h1]).toEqual([200, 'Xero connected'])
    expect((await browser.open(base)).h1).toBe('All done')
  })
})
