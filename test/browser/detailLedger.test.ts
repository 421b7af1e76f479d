import type { BrowserContextOptions } from 'playwright-core'
import { expect, test } from 'vitest'
import { credentials } from '../../sandbox/credentials.ts'
import { acceptedAt, signInToLedger } from '../api/onboardings/ledgerSignIn.ts'
import { line, region, useClientPage } from './clientPage.ts'
import { demandAccessible, demandUsable, desktop, looks, phone, picture } from './staffBrowser.ts'

const { accepted, open, organisation, sandbox, staff } = useClientPage()

test.each<[string, BrowserContextOptions]>([
  ['at a desk', desktop],
  ['on a phone', { ...phone, colorScheme: 'dark' }],
])('accounts are matched from the banner, with what is proposed and why, %s', async (where, options) => {
  const { id } = await accepted('Moorhen Music', ['bank', 'books'])
  const page = await open(`/clients/${id}`, options)
  await region(page, 'Situation').getByRole('button', { name: 'Match accounts' }).click()
  await page.waitForURL(/\/match$/)
  // The books have another business's name: no matching until a colleague confirms that it is the same.
  await page.getByText('Xero is connected to “Tidewater Physiotherapy”. You are in “Moorhen Music”.').waitFor()
  await demandAccessible(page)
  await page.getByRole('button', { name: 'It is the same business' }).click()
  const row = (account: string) => page.getByRole('listitem').filter({ hasText: account }).first()
  await row('Current').getByText('Same sort code and number').waitFor()
  await row('Savings').getByText('Same name').waitFor()
  await row('Euro').getByText('No match found').waitFor()
  await picture(page, `detail match ${where}`)
  await demandAccessible(page)
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  await page.getByRole('button', { name: 'Save 2 matches' }).click()
  await page.getByText('Choose an account, or None of these.').waitFor()
  await row('Euro').getByRole('combobox').click()
  await page.getByRole('option', { name: 'None of these' }).click()
  await page.getByRole('button', { name: 'Save 2 matches' }).click()
  await page.getByText('Matched 2 accounts to Xero').waitFor()
  await page.waitForURL(new RegExp(`${id}$`))
  await line(page, 'Match').getByText('2 of 3 matched').waitFor()
  const rows = await staff.api.owner`
    SELECT FROM account_mapping WHERE onboarding_id = ${id} AND ledger_account_id IS NOT NULL`
  expect(rows.count).toBe(2)
})

test.each(looks)(
  'the organisation in the books is chosen and its name looked at on the client’s page at %s',
  async (where, options) => {
    const name = `Foxglove ${where} Ltd`
    const [own, other, taken] = [
      await organisation(name),
      await organisation('Quay Ventures Ltd'),
      await organisation(`Taken ${where} Ltd`),
    ]
    await signInToLedger(staff.api, await acceptedAt(staff.api, `Taken ${where} Ltd`), [taken])
    const id = await acceptedAt(staff.api, name)
    await signInToLedger(staff.api, id, [own, other, taken])
    const page = await open(`/clients/${id}`, options)
    await region(page, 'Situation').getByText('Choose the organisation in Xero').waitFor()
    // The step's menu leads to the same choice, and not to another sign-in.
    await page.getByRole('button', { name: 'Manage Books' }).click()
    expect(await page.getByRole('menuitem', { name: 'Connect', exact: true }).count()).toBe(0)
    await page.getByRole('menuitem', { name: 'Choose', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Choose the organisation in Xero' })
    await dialog.getByText('Your sign-in reaches 3 organisations. Which one is this client?').waitFor()
    await dialog.getByText(`already linked to Taken ${where} Ltd`).waitFor()
    expect(await dialog.getByRole('radio', { name: `Taken ${where} Ltd` }).isDisabled()).toBe(true)
    await dialog.getByRole('button', { name: 'Choose' }).click()
    await dialog.getByText('Choose one.').waitFor()
    await demandUsable(page, `detail choose ${where}`)
    await dialog.getByRole('radio', { name: 'Quay Ventures Ltd' }).check()
    await dialog.getByRole('button', { name: 'Choose' }).click()

    const check = page.getByRole('dialog', { name: 'Check Xero' })
    await check.getByText('Quay Ventures Ltd').waitFor()
    await check.getByText(name).waitFor()
    await demandUsable(page, `detail check ${where}`)
    await check.getByRole('button', { name: 'Close' }).click()
    await region(page, 'Situation').getByText('Xero has another name: check it').waitFor()
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await check.getByRole('button', { name: 'Use another organisation' }).click()
    await dialog.getByRole('radio', { name }).check()
    await dialog.getByRole('button', { name: 'Choose' }).click()
    await page.getByText('Xero connected').first().waitFor()
    await line(page, 'Books').getByText(`Xero: ${name}`).waitFor()
  },
)

test('connecting the books from the app ends at "Match accounts", and without a bank with a word on the client’s page', async () => {
  const connectAs = async (name: string, connected: ('bank' | 'books')[]) => {
    const { id } = await accepted(name, connected)
    await sandbox.control('xero/users', {
      email: credentials.xero.demoUser,
      organisations: [await organisation(name)],
    })
    const page = await open(`/clients/${id}`)
    await region(page, 'Situation').getByRole('button', { name: 'Connect' }).click()
    await page.getByRole('link', { name: `Back to ${name}` }).waitFor()
    await page.getByRole('button', { name: 'Continue to Xero' }).click()
    await page.getByLabel(name).check()
    await page.getByRole('button', { name: 'Allow access' }).click()
    return { page, id }
  }
  const matching = await connectAs('Returned Dental Ltd', ['bank'])
  await matching.page.waitForURL(`**/clients/${matching.id}/match`)
  await matching.page.getByRole('heading', { name: 'Match accounts' }).waitFor()
  await demandUsable(matching.page, 'match after connecting')

  const early = await connectAs('Early Dental Ltd', [])
  await early.page.getByRole('status').getByText('Xero connected to Early Dental Ltd').waitFor()
  await expect.poll(() => early.page.url()).toMatch(new RegExp(`/clients/${early.id}$`))
})

test('a client’s settings offer the ledger that can be connected, and list the others', async () => {
  const id = await acceptedAt(staff.api, 'Choosing Ltd')
  const page = await open(`/clients/${id}/settings`)
  const connect = page.getByRole('button', { name: 'Connect Xero' })
  await connect.waitFor()
  expect(await page.getByText('We note it. You set it up by hand and mark it done.').count()).toBe(4)
  await picture(page, 'client settings ledgers')
  await connect.click()
  await page.getByRole('button', { name: 'Continue to Xero' }).waitFor()
})

test('books that are another client’s lead there; a sign-in that is over to another one', async () => {
  const taken = await organisation('Held Ltd')
  const holder = await acceptedAt(staff.api, 'Held Ltd')
  await signInToLedger(staff.api, holder, [taken])
  const id = await acceptedAt(staff.api, 'Held Limited')
  await signInToLedger(staff.api, id, [taken])
  const page = await open(`/clients/${id}`)
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('“Held Ltd” is linked to').waitFor()
  await picture(page, 'detail linked')
  await demandAccessible(page)
  await dialog.getByRole('link', { name: 'Held Ltd' }).click()
  await page.waitForURL(new RegExp(holder))
  await page.getByRole('heading', { name: 'Held Ltd', level: 1 }).waitFor()
  await dialog.waitFor({ state: 'detached' })

  await staff.api.owner`UPDATE auth_session SET grant_sealed = NULL WHERE onboarding_id = ${id}`
  await page.goBack()
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await dialog.getByText('That sign-in to Xero is over').waitFor()
  await picture(page, 'detail signed out')
  await dialog.getByRole('button', { name: 'Sign in again' }).click()
  await page.getByRole('button', { name: 'Continue to Xero' }).waitFor()
})
