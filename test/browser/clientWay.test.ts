import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { pollBank } from '../../commands/connections/banks/bankSession.ts'
import { atBank, type NewClient } from '../api/client/clientHarness.ts'
import { demandAccessible, phone, picture as pictureOf } from '../chrome.ts'
import { clientDesktop, useClientBrowser } from './clientBrowser.ts'

const side = useClientBrowser()

const picture = (page: Page, name: string) => pictureOf(page, name, { fullPage: true })

async function invited(given: NewClient = {}, practice?: string): Promise<string> {
  const client = await side.invite(given, practice)
  return `${side.publicUrl}/j/${await side.tokenFor(client)}`
}

const heading = (page: Page) => page.locator('h1').textContent()

/** Signs in at the sandbox's bank and approves on its page. */
async function approve(page: Page): Promise<void> {
  await page.locator('button.primary').click()
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
}

describe.each([
  ['on a phone', { ...phone }],
  ['on a phone without JavaScript', { ...phone, javaScriptEnabled: false }],
  ['on a desktop, in the dark', { ...clientDesktop, colorScheme: 'dark' as const }],
])('%s', (name, options) => {
  test('from the link to the connected bank: one choice here, one approval there', async () => {
    const url = await invited({ steps: { books: 'client' } })
    const page = await side.visit(options)
    await page.goto(url)
    await picture(page, `${name} 1 invitation`)
    await page.getByRole('button', { name: 'Albion Union Bank' }).click()
    expect(page.url()).toContain(side.sandbox.url)
    await approve(page)
    expect(page.url()).toMatch(/\/j\/[\w-]{22}\?connected=1$/)
    expect(await heading(page)).toBe('Bank connected')
    await picture(page, `${name} 2 connected`)

    await page.getByRole('link', { name: 'Next: accounting software' }).click()
    expect(await heading(page)).toBe('Connect Harbour Bakery Ltd’s accounting software')
    await picture(page, `${name} 3 books`)
    await page.getByRole('button', { name: 'Connect Xero' }).click()
    await page.getByLabel(/new organisation named/i).fill('Harbour Bakery Ltd')
    await page.getByRole('button', { name: 'Allow access' }).click()
    expect(await heading(page)).toBe('Xero connected')
    await picture(page, `${name} 4 books connected`)
    await page.goto(url)
    expect(await heading(page)).toBe('All done')
    await picture(page, `${name} 5 done`)
    await page.getByRole('link', { name: 'See or stop what you share' }).click()
    await picture(page, `${name} 6 sharing`)
    await page.getByRole('link', { name: /Stop sharing Albion/ }).click()
    await page.getByRole('button', { name: 'Stop sharing' }).click()
    expect(await heading(page)).toBe('Albion Union Bank is no longer shared')
    await picture(page, `${name} 7 stopped`)
    await page.context().close()
  })

  test('stopping at the bank, and trying again', async () => {
    const page = await side.visit(options)
    await page.goto(await invited())
    await page.getByRole('searchbox').fill('kestrel')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('button', { name: 'Kestrel' }).click()
    await page
      .getByRole('button', { name: /cancel/i })
      .first()
      .click()
    expect(await heading(page)).toBe('You stopped before finishing')
    await picture(page, `${name} 8 stopped before finishing`)
    await page.reload()
    expect(await heading(page)).toBe('You stopped before finishing')
    await page.getByRole('link', { name: 'Choose another bank' }).click()
    await picture(page, `${name} 9 choose again`)
    await page.getByRole('button', { name: 'Albion Union Bank' }).click()
    await approve(page)
    expect(await heading(page)).toBe('Bank connected')
    await page.reload()
    expect(await heading(page)).toBe('Bank connected')
    await page.context().close()
  })
})

test('a return in another browser asks first', async () => {
  const page = await side.visit(phone)
  await page.goto(await invited())
  await page.getByRole('button', { name: 'Albion Union Bank' }).click()
  const other = await side.visit(phone)
  await other.goto(page.url())
  await approve(other)
  expect(await heading(other)).toBe('Connect to Harbour Bakery Ltd?')
  await picture(other, 'another browser')
  await other.getByRole('button', { name: 'Yes, connect to Harbour Bakery Ltd' }).click()
  expect(await heading(other)).toBe('Bank connected')
})

test('an approval without a return is confirmed on the client’s own page', async () => {
  const client = await side.invite({ steps: { books: 'skip' } })
  const url = `${side.publicUrl}/j/${await side.tokenFor(client)}`
  const page = await side.visit(phone)
  await page.goto(url)
  await page.getByRole('button', { name: 'Albion Union Bank' }).click()
  // The approval happens in a browser that never returns to ours.
  await atBank(page.url())
  const [session] = await side.owner<{ id: string }[]>`
    SELECT id FROM auth_session WHERE onboarding_id = ${client.id}`
  expect(await pollBank(side.deps.commands, side.deps, client.target, session!.id)).toMatchObject({ is: 'unconfirmed' })

  const elsewhere = await side.visit(phone)
  await elsewhere.goto(url)
  expect(await heading(elsewhere)).toBe('Say yes where you started')
  await demandAccessible(elsewhere)
  await picture(elsewhere, 'approved, seen elsewhere')
  await page.goto(url)
  expect(await heading(page)).toBe('Connect to Harbour Bakery Ltd?')
  await demandAccessible(page)
  await picture(page, 'approved, nobody came back')
  await page.getByRole('button', { name: 'Yes, connect to Harbour Bakery Ltd' }).click()
  expect(await heading(page)).toBe('Bank connected')
})

test('a window closed after the approval is noticed when the link is opened again', async () => {
  const url = await invited({ steps: { books: 'skip' } })
  const page = await side.visit(phone)
  await page.goto(url)
  await page.getByRole('button', { name: 'Albion Union Bank' }).click()
  await atBank(page.url())
  await page.goto(url)
  expect(await heading(page)).toBe('Did you approve at Albion Union Bank?')
  await demandAccessible(page)
  await picture(page, 'left for the bank')
  await page.getByRole('button', { name: 'Yes, check now' }).click()
  expect(await heading(page)).toBe('Bank connected')
  await demandAccessible(page)

  // A no from here says that the bank is still shared, and leads to stop.
  await page.goto(`${url}/decline`)
  expect(await heading(page)).toBe('You are already sharing Albion Union Bank')
  await demandAccessible(page)
  await picture(page, 'still sharing')
  await page.getByRole('button', { name: 'Tell Marsh & Lowe Accountants only' }).click()
  await page.getByText('Albion Union Bank is still shared').waitFor()
  await page.getByRole('link', { name: 'stop it' }).click()
  await page.getByRole('link', { name: 'Stop sharing Albion Union Bank' }).click()
  await page.getByRole('button', { name: 'Stop sharing' }).click()
  await page.goto(url)
  expect(await heading(page)).toBe('You stopped sharing Albion Union Bank')
  await demandAccessible(page)
  await picture(page, 'stopped before')
})

test('not the right person', async () => {
  const page = await side.visit(phone)
  await page.goto(await invited())
  await page.getByRole('link', { name: 'I’m not the right person' }).click()
  await page.getByLabel('Their name').fill('Sam Reed')
  await page.getByLabel('Their email').fill('sam@harbour.example')
  await picture(page, 'not the right person')
  await page.getByRole('button', { name: /^Tell / }).click()
  expect(await heading(page)).toBe('Thank you')
})

/** Creates a practice with a logo of one pixel. */
async function practiceWithLogo(): Promise<string> {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
    'base64',
  )
  const practice = await side.createPractice()
  await side.owner`
    WITH kept AS (INSERT INTO logo (practice_id, png) VALUES (${practice}, ${png}) RETURNING id)
    UPDATE practice SET logo_id = kept.id FROM kept WHERE practice.id = ${practice}`
  return practice
}

test('no page says anything to the console, asks for more than itself and a logo of ours, or fails axe', async () => {
  const page = await side.visit(phone)
  const said: string[] = []
  const asked: string[] = []
  page.on('console', (message) => said.push(message.text()))
  page.on('request', (request) => asked.push(request.url()))
  const given: NewClient = { phone: '+447700930001', channels: ['email', 'sms'], steps: { books: 'client' } }
  const url = await invited(given, await practiceWithLogo())
  for (const path of [
    '',
    '?all=1',
    '?q=mars',
    '/decline',
    '/wrong-company',
    '/wrong-person',
    '/new-link',
    '/told?about=which_bank',
    'x',
  ]) {
    asked.length = 0
    await page.goto(`${url}${path}`)
    const logo = path === 'x' ? [] : [expect.stringMatching(/\/logo\/[0-9a-f-]{36}\.png$/)]
    expect(asked).toEqual([`${url}${path}`, ...logo])
    expect(asked.every((one) => one.startsWith(side.publicUrl))).toBe(true)
    await demandAccessible(page)
  }
  expect(said.filter((text) => !text.includes('404'))).toEqual([])
})
