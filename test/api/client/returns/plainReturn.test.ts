import { beforeAll, describe, expect, test } from 'vitest'
import { pollBank } from '../../../../commands/connections/banks/bankSession.ts'
import { openSession } from '../../../../commands/connections/sessions.ts'
import { connectors } from '../../../../providers/connectors.ts'
import { forFile } from '../../../forFile.ts'
import { atBank, browse, startClientSide } from '../clientHarness.ts'

/** A side whose bank provider returns people to exactly the registered address. */
const side = forFile(startClientSide)
beforeAll(async () => {
  side.deps.banks = connectors(side.sandbox.truelayer({ returnForm: 'plain' }))
  await side.sandbox.control('setup', { truelayer: { returnWithQuery: false } })
})

async function atTheBank() {
  const client = await side.invite({ steps: { books: 'skip' } })
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  const hosted = await browser.send(`${base}/bank`, { bank: 'ob-northgate' })
  const [trip] = await side.owner<{ id: string }[]>`SELECT id FROM auth_session WHERE onboarding_id = ${client.id}`
  return { client, base, browser, hosted, id: trip!.id }
}
const connections = ({ client }: { client: { id: string } }) =>
  side.owner`SELECT id FROM connection WHERE onboarding_id = ${client.id}`

describe('a return to the registered address exactly', () => {
  test('finds its trip by the browser that set out, and connects', async () => {
    const trip = await atTheBank()
    const back = await atBank(trip.hosted)
    expect(new URL(back).searchParams.has('state')).toBe(false)
    expect((await trip.browser.open(back)).h1).toBe('Bank connected')
    expect(await connections(trip)).toHaveLength(1)
    // A second return changes nothing.
    expect((await trip.browser.open(back)).h1).toBe('Bank connected')
    expect(await connections(trip)).toHaveLength(1)
  })

  test('tells who stopped there so', async () => {
    const trip = await atTheBank()
    expect((await trip.browser.open(await atBank(trip.hosted, 'cancel'))).h1).toBe('You stopped before finishing')
  })

  test('in another browser sends its person back to where they began, and stores nothing', async () => {
    const trip = await atTheBank()
    const back = await atBank(trip.hosted)
    const others = [browse(side.publicUrl), await bystander()]
    const before = await side.everything(['link_view', 'rate_limit'])
    for (const browser of others) {
      const page = await browser.open(back)
      expect([page.status, page.h1]).toEqual([200, 'Go back to where you started'])
      expect(page.html).not.toContain('/j/')
    }
    expect(await side.everything(['link_view', 'rate_limit'])).toEqual(before)
    // That page asks about the approval, once a poll has found it.
    await pollBank(side.deps.commands, side.deps, trip.client.target, trip.id)
    expect((await trip.browser.open(trip.base)).h1).toBe('Connect to Harbour Bakery Ltd?')
    expect((await trip.browser.submit(`/connect/${trip.id}/confirm`, { answer: 'yes' })).h1).toBe('Bank connected')
  })

  test('is the last trip of a browser that set out twice', async () => {
    const first = await atTheBank()
    const second = await first.browser.send(`${first.base}/bank`, { bank: 'ob-kestrel' })
    expect((await first.browser.open(await atBank(second))).h1).toBe('Bank connected')
    const [stored] = await side.owner`SELECT institution FROM connection WHERE onboarding_id = ${first.client.id}`
    expect(stored).toEqual({ institution: 'ob-kestrel' })
  })

  test('of staff leads to the page of their connection', async () => {
    const client = await side.invite()
    const { name: provider } = side.deps.banks.first
    const wanted = { step: 'bank', provider, institution: 'ob-northgate', institutionName: 'Northgate Bank' } as const
    const opened = await openSession(side.deps.commands, client.target, {
      ...wanted,
      openedBy: 'practice',
      linkId: null,
    })
    if (opened.result !== 'opened') throw new Error(opened.result)
    const browser = browse(side.publicUrl)
    await browser.open(await atBank(await browser.send(`/connect/${opened.sessionId}`)))
    expect(await connections({ client })).toHaveLength(1)
  })

  test('with a state is a ledger’s, and finds its session by that', async () => {
    const page = await browse(side.publicUrl).open('/connect/return?state=x')
    expect(page.h1).toBe('You can close this page')
  })
})

describe('without a report of the provider', () => {
  beforeAll(() => side.sandbox.control('setup', { truelayer: { webhookUrl: null } }))

  test('a client who stopped at the bank can start again at once, and a check shows the bank’s answer', async () => {
    const trip = await atTheBank()
    const page = await trip.browser.open(await atBank(trip.hosted, 'cancel'))
    expect(page.h1).toBe('Northgate Bank hasn’t confirmed it yet')
    expect(page.text).toContain('If you stopped at Northgate Bank before the end, start again.')
    expect((await trip.browser.submit(`${trip.base}/check`)).text).toContain(
      'Northgate Bank has no approval for us yet',
    )
    const again = await trip.browser.send(`${trip.base}/bank`, { bank: 'ob-northgate' })
    expect((await trip.browser.open(await atBank(again))).h1).toBe('Bank connected')
  })

  test('a return that says so is told as stopped at once, to the client and to staff', async () => {
    const trip = await atTheBank()
    const back = `${await atBank(trip.hosted, 'cancel')}&error=access_denied`
    expect((await trip.browser.open(back)).h1).toBe('You stopped before finishing')
    expect(await side.step(trip.client.id, 'bank')).toMatchObject({
      reason: 'cancelled',
      last_error: 'The sign-in was stopped before the end.',
    })
  })

  test('a return that says so after an approval connects: the bank is asked first', async () => {
    const trip = await atTheBank()
    const back = `${await atBank(trip.hosted)}&error=access_denied`
    expect((await trip.browser.open(back)).h1).toBe('Bank connected')
  })
})

/** Returns a client whose browser has our cookie but never went to a bank. */
async function bystander() {
  const client = await side.invite({ steps: { books: 'client', bank: 'skip' } })
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  await browser.send(`${base}/accept`)
  await browser.send(`${base}/books`, { ledger: 'xero' })
  return browser
}
