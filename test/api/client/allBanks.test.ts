import { beforeAll, describe, expect, test } from 'vitest'
import { disconnect } from '../../../commands/connections/disconnect.ts'
import { readConversion } from '../../../db/reports.ts'
import { forFile } from '../../forFile.ts'
import { waitFor } from '../../waitFor.ts'
import { atBank, atLedger, browse, type NewClient, startClientSide } from './clientHarness.ts'

// Clients of a practice whose bank step is done when they say that their banks are all.

const side = forFile(startClientSide)
let practice: string
beforeAll(async () => {
  practice = await side.createPractice({ bank_done_when: 'client_says' })
})

const BUTTON = 'That’s all my banks'

/** A client who has connected a first bank, in the browser that they used. */
async function sharing(given: NewClient = {}, of = practice) {
  const client = await side.invite({ steps: { books: 'skip' }, ...given }, of)
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  const connected = await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-northgate' })))
  expect(connected.h1).toBe('Bank connected')
  return { client, base, browser, connected }
}
const kindsOf = async (id: string) => (await side.events(id)).map(({ kind }) => kind)
const stepOf = async (id: string) => {
  const { done_at, phase } = await side.step(id, 'bank')
  return phase ?? (done_at ? 'done' : 'open')
}

describe('the page of a connected bank', () => {
  test('asks if that is all, and one press completes the bank, once', async () => {
    const { client, base, browser, connected } = await sharing()
    expect(connected.text).toContain(`Does Harbour Bakery Ltd use another bank too? ${BUTTON}`)
    expect(connected.html).toContain(`href="${base}/another"`)
    expect(connected.text).not.toContain('nothing else to do')
    expect((await browser.open(base)).text).toBe(connected.text)
    expect([await stepOf(client.id), (await side.row(client.id)).status]).toEqual(['more_banks', 'accepted'])

    const after = await browser.submit(`${base}/all-banks`)
    expect([after.h1, after.text]).toEqual(['Bank connected', expect.stringContaining('You have nothing else to do.')])
    expect(after.text).not.toContain(BUTTON)
    expect(await stepOf(client.id)).toBe('done')
    await browser.submit(`${base}/all-banks`)
    expect((await kindsOf(client.id)).filter((kind) => kind === 'banks_finished')).toHaveLength(1)
    const said = (await side.events(client.id)).find(({ kind }) => kind === 'banks_finished')
    expect(said).toMatchObject({ actor_type: 'client', data: {} })
  })

  test('asks for nothing of a client who was added before the practice chose so, nor changes one who was', async () => {
    const before = await side.createPractice()
    const client = await side.invite({ steps: { books: 'skip' } }, before)
    await side.owner`UPDATE practice SET bank_done_when = 'client_says' WHERE id = ${before}`
    const base = `/j/${await side.tokenFor(client)}`
    const browser = browse(side.publicUrl)
    const page = await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-northgate' })))
    expect(page.text).not.toContain(BUTTON)
    expect(await stepOf(client.id)).toBe('done')

    const asked = await side.invite({ steps: { books: 'skip' } }, before)
    await side.owner`UPDATE practice SET bank_done_when = 'first_bank' WHERE id = ${before}`
    const open = `/j/${await side.tokenFor(asked)}`
    const theirs = browse(side.publicUrl)
    await theirs.open(await atBank(await theirs.send(`${open}/bank`, { bank: 'ob-northgate' })))
    expect(await stepOf(asked.id)).toBe('more_banks')
  })

  test('names every bank once a second one is there, and the step waits still', async () => {
    const { client, base, browser } = await sharing()
    const page = await browser.open(`${base}/another`)
    expect(page.text).toMatch(/Northgate Bank Shared until/)
    const hosted = await browser.send(`${base}/bank`, { bank: 'ob-juniper' })
    const both = await browser.open(await atBank(hosted))
    expect(both.text).toMatch(/Bank connected.*Juniper.*Northgate Bank.*use another bank too/)
    expect(await stepOf(client.id)).toBe('more_banks')
    expect((await kindsOf(client.id)).filter((kind) => kind === 'bank_connected')).toHaveLength(2)
    await browser.submit(`${base}/all-banks`)
    expect(await stepOf(client.id)).toBe('done')
  })

  test('is one press away from a second bank that did not come', async () => {
    const { client, base, browser } = await sharing()
    const hosted = await browser.send(`${base}/bank`, { bank: 'ob-juniper' })
    const stopped = await browser.open(await atBank(hosted, 'cancel'))
    expect(stopped.h1).toBe('You stopped before finishing')
    expect(stopped.text).toContain(`Northgate Bank is still shared. See or stop what you share . ${BUTTON}`)
    const notNow = (await browser.open(`${base}/another`)).html.match(/href="([^"]+)">Not now/)?.[1]
    expect((await browser.open(notNow!)).text).toContain(BUTTON)
    expect(await stepOf(client.id)).toBe('more_banks')
    expect((await browser.submit(`${base}/all-banks`)).text).toContain('You have nothing else to do.')
  })

  test('comes before the software that the client connects next', async () => {
    const { base, browser, connected } = await sharing({ steps: { books: 'client' } })
    expect(connected.text).not.toMatch(/Step 2 of 2|accounting software/)
    const after = await browser.submit(`${base}/all-banks`)
    expect(after.text).toContain('Step 2 of 2 Next: accounting software')
    const hosted = await browser.send(`${base}/books`, { ledger: 'xero' })
    const back = await browser.open(await atLedger(hosted, { new_organisation: 'Harbour Bakery Ltd' }))
    expect(back.text).toContain('You have nothing else to do.')
  })

  test('without its bank is the ordinary page of a bank to connect', async () => {
    const { client, base, browser } = await sharing()
    const [row] = await side.owner<{ id: string }[]>`SELECT id FROM connection WHERE onboarding_id = ${client.id}`
    await disconnect(side.deps.commands, side.deps, client.target, { type: 'staff', id: null }, row!.id)
    expect(await stepOf(client.id)).toBe('lost')
    expect((await browser.open(base)).h1).toBe('Carry on: connect your bank for Harbour Bakery Ltd')
    // The form of a page that was left open is too late, and changes nothing.
    await browser.submit(`${base}/all-banks`)
    expect(await stepOf(client.id)).toBe('lost')
    expect(await kindsOf(client.id)).not.toContain('banks_finished')
  })

  test('takes the press from the link of the client alone', async () => {
    const { client, base } = await sharing()
    const elsewhere = await browse(side.publicUrl).request(`${base}/all-banks`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams(),
    })
    expect(elsewhere.status).toBe(303)
    expect((await browse(side.publicUrl).open(`${base}/all-banks`)).h1).toBe('Bank connected')
    expect(await stepOf(client.id)).toBe('more_banks')
  })
})

test('the home asks the person whom the invitation was for, with the same button', async () => {
  const { client } = await sharing()
  const browser = browse(side.publicUrl)
  await browser.request('/home/sign-in', { method: 'POST', body: new URLSearchParams({ email: client.email }) })
  const token = await waitFor('a sign-in link', async () => {
    type Sent = { messages: { to: string[] | string; text: string }[] }
    const { messages } = await side.sandbox.control<Sent>('messages')
    const mine = messages.find(({ to, text }) => [to].flat().includes(client.email) && text.includes('/s/'))
    return mine?.text.match(/\/s\/([\w-]{43})/)?.[1]
  })
  await browser.submit(`/s/${token}`)
  const home = await browser.open('/home')
  expect(home.text).toContain(`Add another bank ${BUTTON}`)
  expect(home.text).not.toContain('Connect a bank')
  const [row] = await side.owner<{ id: string }[]>`SELECT organisation_id AS id FROM onboarding WHERE id = ${client.id}`
  const after = await browser.submit(`/home/${row!.id}/all-banks`)
  expect([after.h1, after.text.includes(BUTTON)]).toEqual(['What you share', false])
  expect(after.text).toContain('Add another bank')
  expect(await stepOf(client.id)).toBe('done')
  await browser.submit(`/home/${row!.id}/all-banks`)
  expect((await kindsOf(client.id)).filter((kind) => kind === 'banks_finished')).toHaveLength(1)
})

test('the report counts a client as converted from the first bank on, whatever is said later', async () => {
  const own = await side.createPractice({ bank_done_when: 'client_says' })
  await sharing({}, own)
  const { cohorts } = await side.deps.db.inPractice(own, (tx) =>
    readConversion(tx, 'Europe/London', new Date(Date.now() + 31 * 86_400_000), { of: 'all' }),
  )
  expect(cohorts[0]?.horizons).toMatchObject([7, 14, 30].map((days) => ({ days, eligible: 1, converted: 1 })))
})
