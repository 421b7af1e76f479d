import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { execute } from '../../commands/execute.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { demandAccessible, desktop, phone, picture, type StaffBrowser, startStaffBrowser } from './staffBrowser.ts'

let sandbox: Awaited<ReturnType<typeof againstSandbox>>
let staff: StaffBrowser
beforeAll(async () => {
  sandbox = await againstSandbox()
  staff = await startStaffBrowser({ ledger: sandbox.xero(), registry: sandbox.companiesHouse() })
})
afterEach(() => staff.leave())
afterAll(async () => {
  await staff?.stop()
  await sandbox?.close()
})

/** An admin of a practice of its own, on the page where clients are added. */
async function visit(options: BrowserContextOptions = desktop, of: Record<string, string> = {}, colleagues = 1) {
  const practice = await staff.api.createPractice(of)
  const cookie = await staff.api.signIn(
    await staff.api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' }),
  )
  for (let n = 0; n < colleagues; n++) await staff.api.createPerson('standard', practice, { name: 'Ann Lowe' })
  const page = await staff.visit(cookie, options)
  await page.goto('/clients/new')
  await page.getByRole('heading', { name: 'Add a client', level: 1 }).waitFor()
  return { page, practice, cookie }
}

const pageIs = (page: Page, title: string) => page.getByRole('heading', { name: title, level: 1 }).waitFor()
const go = (page: Page, name = 'Continue') => page.getByRole('button', { name, exact: true }).click()
/** Looks at a page: its picture, its accessibility, and that nothing scrolls sideways. */
async function look(page: Page, name: string) {
  await picture(page, `wizard ${name}`)
  await demandAccessible(page)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect([name, overflow <= 0]).toEqual([name, true])
}
/** The summary of what is wrong has the focus and says this. */
async function isTold(page: Page, ...sentences: string[]) {
  const alert = page.getByRole('alert').filter({ hasText: 'There is a problem with' })
  await alert.waitFor()
  for (const sentence of sentences) await alert.getByText(sentence, { exact: true }).waitFor()
  expect(await alert.evaluate((element) => element.parentElement === document.activeElement)).toBe(true)
}
const made = async (name: string) =>
  (
    await staff.api.owner`
      SELECT g.*, o.id AS onboarding, o.status FROM organisation g JOIN onboarding o ON o.organisation_id = g.id
      WHERE g.name = ${name}`
  ).at(0)

test('a company is found at Companies House by its first letters, by the keyboard alone; Enter takes what was typed', async () => {
  const { page, practice } = await visit()
  const field = page.getByRole('combobox', { name: 'Company name' })
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(true)
  await page.keyboard.type('harb')
  await page.getByRole('option').first().waitFor()
  await look(page, 'companies')
  const offered = (await page.getByRole('option').first().textContent()) ?? ''
  expect(offered).toMatch(/^[A-Z' &]+ · [A-Z0-9]{8} · \w+/)
  const [name = '', number = ''] = offered.split(' · ')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByText(`Companies House number ${number}`).waitFor()
  expect(await field.inputValue()).toBe(name)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  expect(await made(name)).toMatchObject({ companies_house_number: number })
  // Once it is set up, what is next is under the hand.
  const target = { practiceId: practice.id, onboardingId: (await made(name))?.onboarding }
  await execute(staff.api.deps.commands, target, { actor: { type: 'system', id: null }, command: { do: 'provision' } })
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Invite')

  await page.goto('/clients/new')
  await field.focus()
  await page.keyboard.type('Harb what was typed')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Harb what was typed', level: 1 }).waitFor()
  expect(await made('Harb what was typed')).toMatchObject({ companies_house_number: null })
})

test.each([
  ['light', desktop],
  ['phone dark', { ...phone, colorScheme: 'dark' as const }],
])('a business is set up page by page, and outlives a reload in the middle, %s', async (look_, options) => {
  const { page, practice } = await visit(options)
  const name = `Tidewater Physio ${look_} Ltd`
  await page.getByRole('combobox', { name: 'Company name' }).fill(name)
  await look(page, `start ${look_}`)
  await page.getByRole('button', { name: /^Business/ }).click()

  await pageIs(page, 'Solutions')
  await go(page)
  await isTold(page, 'Choose at least one.')
  await look(page, `solutions ${look_}`)
  await page.getByRole('button', { name: 'Choose at least one.' }).click()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('checkbox')
  await page.getByRole('checkbox', { name: 'Bookkeeping' }).click()
  await page.getByRole('checkbox', { name: 'VAT' }).click()
  await go(page)

  await pageIs(page, 'Software')
  await page.getByText('Connect later, in Business settings > Connections').first().waitFor()
  await look(page, `software ${look_}`)
  await go(page, 'Skip for now')

  await pageIs(page, 'Details')
  const business = page.getByRole('combobox', { name: 'Business name' })
  expect(await business.inputValue()).toBe(name)
  await business.fill('')
  await page.getByLabel('Companies House number').fill('12')
  await page.getByLabel('Practice code').fill('not a code')
  await go(page)
  await isTold(page, 'Enter the company name.', 'Use letters, digits, full stop, hyphen or slash, up to 24.')
  await look(page, `details wrong ${look_}`)
  await business.fill(name)
  await page.getByLabel('Practice code').fill('TIDE1')
  await page.getByLabel('Companies House number').fill('1234567')
  await page.getByRole('combobox', { name: 'Industry' }).click()
  await page.getByRole('option', { name: 'Other' }).click()
  await page.getByLabel('Which industry').fill('Physiotherapy')
  await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
  await page.waitForTimeout(900)
  await page.reload()
  await pageIs(page, 'Details')
  expect(await business.inputValue()).toBe(name)
  expect(await page.getByLabel('Which industry').inputValue()).toBe('Physiotherapy')
  await look(page, `details ${look_}`)
  await go(page)

  await pageIs(page, 'Access')
  await go(page)
  await isTold(page, 'Choose someone, a team, or everyone.')
  await page.getByRole('checkbox', { name: 'Ann Lowe' }).check()
  await look(page, `access ${look_}`)
  await go(page)

  await pageIs(page, 'Invitation')
  await go(page)
  await isTold(page, 'Enter their name.', 'Enter an email address or a mobile number.')
  await page.getByLabel('Name', { exact: false }).first().fill('Jo Carter')
  await page.getByLabel('Email').fill('jo@gmial.com')
  await page.getByRole('button', { name: 'jo@gmail.com' }).click()
  await page.getByLabel('Mobile').fill('07400 12345')
  await go(page)
  await isTold(page, 'Check the number: it is one digit short.')
  await page.getByLabel('Mobile').fill('07400 123456')
  await look(page, `invitation ${look_}`)
  await go(page)

  await pageIs(page, 'Summary')
  await page
    .getByText(/^We’ll send to jo@gmail.com and 07400 123456\. The first one used replaces the other\./)
    .waitFor()
  await look(page, `summary ${look_}`)
  await page.getByRole('link', { name: 'Change details' }).click()
  await pageIs(page, 'Details')
  await page
    .getByRole('navigation', { name: 'Steps' })
    .getByRole('link', { name: /Summary/ })
    .click()
  await pageIs(page, 'Summary')
  await page.getByRole('button', { name: 'Create and invite' }).dblclick()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  const rows = await staff.api.owner`SELECT * FROM organisation WHERE practice_id = ${practice.id}`
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({
    practice_code: 'TIDE1',
    companies_house_number: '01234567',
    industry: 'Physiotherapy',
    solutions: ['bookkeeping', 'vat'],
    country: 'GB',
  })
  expect(await made(name)).toMatchObject({ status: 'invited' })
  await page.goto('/clients/new')
  await pageIs(page, 'Add a client')
  expect(await page.getByText('Not finished yet').count()).toBe(0)
})
