import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { connectors } from '../../providers/connectors.ts'
import { credentials } from '../../sandbox/credentials.ts'
import { makeOne } from '../api/things.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { demandAccessible, desktop, phone, picture, useStaffBrowser } from './staffBrowser.ts'

const sandbox = forFile(againstSandbox)
const staff = useStaffBrowser(() => ({ ledgers: connectors(sandbox.xero()), register: sandbox.companiesHouse() }))

/** Opens the page for adding clients as an admin of a new practice. */
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
/** Checks a page: its picture, its accessibility, and that nothing scrolls sideways. */
async function look(page: Page, name: string) {
  await picture(page, `wizard ${name}`)
  await demandAccessible(page)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect([name, overflow <= 0]).toEqual([name, true])
}
/** Waits for the error summary with these sentences; it has the focus. */
async function isTold(page: Page, ...sentences: string[]) {
  const alert = page.getByRole('alert').filter({ hasText: 'There is a problem with' })
  await alert.waitFor()
  for (const sentence of sentences) await alert.getByText(sentence, { exact: true }).waitFor()
  expect(await alert.evaluate((element) => element.parentElement === document.activeElement)).toBe(true)
}
/** Waits until the server has stored the draft's open step. */
const isKeptAt = (practiceId: string, step: string) =>
  expect
    .poll(() => staff.api.owner`SELECT step FROM client_draft WHERE practice_id = ${practiceId}`)
    .toMatchObject([{ step }])
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
  expect(offered).toMatch(/^Harb[a-z']+ [\w' &]+ (Ltd|Limited|LLP|plc) · [A-Z0-9]{8} · \w+/)
  const [name = '', number = ''] = offered.split(' · ')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByText(`Companies House number ${number}`).waitFor()
  expect(await field.inputValue()).toBe(name)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  expect(await made(name)).toMatchObject({ companies_house_number: number })
  // Once the client is set up, its next button has the focus.
  await staff.api.perform((await made(name))?.onboarding, { do: 'provision' }, practice)
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
])('a company that no longer exists is chosen only after a yes, %s', async (look_, options) => {
  const { page } = await visit(options)
  const field = page.getByRole('combobox', { name: 'Company name' })
  await field.fill('brook fa')
  await page.getByRole('option', { name: /Brook Farm Ltd · 03344556 · Ripon · dissolved/ }).click()
  await page.getByText('Companies House says that Brook Farm Ltd is dissolved.').waitFor()
  await look(page, `dissolved ${look_}`)
  expect(await field.inputValue()).toBe('brook fa')
  await page.getByRole('button', { name: 'Use it anyway' }).click()
  expect(await field.inputValue()).toBe('Brook Farm Ltd')
  await page.getByText('Companies House number 03344556').waitFor()
})

test.each([
  ['light', desktop],
  ['phone dark', { ...phone, colorScheme: 'dark' as const }],
])(
  'a business is set up page by page, and outlives a reload in the middle, %s',
  async (look_, options) => {
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
    await page.getByText('Connect it now if you can sign in as this client; otherwise later.').waitFor()
    await page.getByRole('button', { name: 'Skip for now' }).waitFor()
    await page.getByRole('radio', { name: 'Xero' }).click()
    await page.getByText('Xero · Connect it now or later. One sign-in can reach several organisations.').waitFor()
    await page.getByRole('button', { name: 'Connect Xero' }).waitFor()
    await look(page, `software ${look_}`)
    await page.keyboard.press('ArrowDown')
    await page.getByText('QuickBooks · We note it. You set it up by hand and mark it done.').waitFor()
    expect(await page.getByRole('button', { name: /^Connect/ }).count()).toBe(0)
    await page.getByRole('radio', { name: 'Something else' }).click()
    await go(page)
    await isTold(page, 'Say which software, in 60 characters or fewer.')
    await look(page, `software wrong ${look_}`)
    await page.getByLabel('Which software', { exact: true }).fill('Clear Books')
    await go(page)

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
    const kept = page.waitForResponse(
      async (answer) => answer.request().method() === 'PATCH' && (await answer.text()).includes('Physiotherapy'),
    )
    await page.getByLabel('Which industry').fill('Physiotherapy')
    await kept
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
    await page.reload()
    await pageIs(page, 'Details')
    expect(await business.inputValue()).toBe(name)
    expect(await page.getByLabel('Which industry').inputValue()).toBe('Physiotherapy')
    await look(page, `details ${look_}`)
    await go(page)

    await pageIs(page, 'Access')
    await page.getByText('Only admins will see this client: Rosa Marsh.').waitFor()
    await look(page, `access nobody ${look_}`)
    await go(page)
    await pageIs(page, 'Invitation')
    await go(page, 'Back')
    await pageIs(page, 'Access')
    await page.getByRole('checkbox', { name: 'Ann Lowe' }).check()
    await page.getByText('Only admins will see this client').waitFor({ state: 'detached' })
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
    await page.getByText('Books: We set up Clear Books by hand.').waitFor()
    await look(page, `invitation ${look_}`)
    await go(page)

    await pageIs(page, 'Summary')
    await page
      .getByText(/^We’ll send to jo@gmail.com and 07400 123456\. The first one used replaces the other\./)
      .waitFor()
    await look(page, `summary ${look_}`)
    await page.getByRole('button', { name: 'See what the client gets' }).click()
    await page.getByRole('dialog').getByText('Mail', { exact: true }).click()
    await expect.poll(() => page.frameLocator('iframe').locator('body').textContent()).toContain('Jo')
    await picture(page, `wizard preview ${look_}`)
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
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
      software: 'other',
      software_name: 'Clear Books',
      country: 'GB',
    })
    expect(await made(name)).toMatchObject({ status: 'invited' })
    await page.goto('/clients/new')
    await pageIs(page, 'Add a client')
    expect(await page.getByText('Not finished yet').count()).toBe(0)
  },
  120_000,
)

test('a ledger is connected on the way, names the business, and becomes the client’s; a draft outlives signing out', async () => {
  const practice = await staff.api.createPractice()
  const person = await staff.api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' })
  let page = await staff.visit(await staff.api.signIn(person))
  const own = 'Moorhen Music Ltd'
  const organisations: string[] = []
  for (const name of [own, 'Somebody Else Ltd']) {
    organisations.push((await sandbox.control<{ tenantId: string }>('xero/organisations', { name })).tenantId)
  }
  await sandbox.control('xero/users', { email: credentials.xero.demoUser, organisations })
  await page.goto('/clients/new')
  await page.getByRole('button', { name: /^Business/ }).click()
  await page.getByRole('checkbox', { name: 'Bookkeeping' }).click()
  await go(page)
  await pageIs(page, 'Software')
  // Without colleagues there is no access to restrict: the page is listed with the reason, but cannot be opened.
  const rail = page.getByRole('navigation', { name: 'Steps' })
  await rail.getByText('Access: you have no colleagues yet').waitFor()
  const atXero = async () => {
    await page.getByRole('radio', { name: 'Xero' }).click()
    await page.getByRole('button', { name: 'Connect Xero' }).click()
    await page.getByRole('button', { name: /Xero/ }).click()
    await page.getByRole('button', { name: 'Allow access' }).waitFor()
  }
  await atXero()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('You stopped before finishing at Xero. Nothing was connected.').waitFor()
  await look(page, 'software stopped')
  await atXero()
  await page.getByLabel(own).check()
  await page.getByLabel('Somebody Else Ltd').check()
  await page.getByRole('button', { name: 'Allow access' }).click()
  await page.getByRole('button', { name: new RegExp(own) }).click()
  await pageIs(page, 'Software')
  await page.getByText(new RegExp(`^${own} · `)).waitFor()
  await look(page, 'software connected')
  await go(page)

  await pageIs(page, 'Details')
  const business = page.getByRole('combobox', { name: 'Business name' })
  await expect.poll(() => business.inputValue()).toBe(own)
  await page.getByText(`Xero calls it “${own}”.`).waitFor()
  await business.fill('Harbour Bakery Ltd')
  await page.getByText(`Xero says "${own}", you say "Harbour Bakery Ltd". Check it is the same business.`).waitFor()
  await look(page, 'details differ')
  await business.fill('Moorhen Music')
  await go(page)
  await pageIs(page, 'Invitation')
  const openAt = async () =>
    (await staff.api.owner`SELECT step FROM client_draft WHERE practice_id = ${practice.id}`)[0]
  await expect.poll(openAt).toEqual({ step: 'invitation' })

  await page.context().close()
  page = await staff.visit(await staff.api.signIn(person))
  await page.goto('/clients/new')
  await page.getByText('Not finished yet').waitFor()
  await look(page, 'drafts')
  await page.getByRole('link', { name: 'Continue with Moorhen Music' }).click()
  await pageIs(page, 'Invitation')
  await page.getByText(`Books: Xero is connected (${own}).`).waitFor()
  await go(page, 'Skip invitation')
  await pageIs(page, 'Summary')
  await page.getByText('Nobody is invited yet').waitFor()
  await look(page, 'summary without invitation')
  await go(page, 'Create')
  await page.getByRole('heading', { name: 'Moorhen Music', level: 1 }).waitFor()
  const [connection] = await staff.api.owner`
    SELECT c.kind, c.state, o.status FROM connection c JOIN onboarding o ON o.organisation_id = c.organisation_id
    WHERE c.practice_id = ${practice.id}`
  expect(connection).toMatchObject({ kind: 'books', state: 'connected', status: 'creating' })
})

test('a self-employed client is set up on a phone: income sources, a known address, and no invitation', async () => {
  const { page, practice } = await visit(phone)
  const { organisation } = await makeOne(staff.api, practice, 'Bakery', 'user')
  const [known] = await staff.api.owner<{ address: string }[]>`
    SELECT address FROM organisation_member WHERE organisation_id = ${organisation!} LIMIT 1`
  await page.getByRole('button', { name: /^Self-employed/ }).click()
  await pageIs(page, 'Details')
  await page.getByLabel('National Insurance number').fill('AB 12')
  await page.getByLabel('Postcode').fill('D02 AF30')
  await page.getByText("This doesn't look like a UK postcode. Check it or keep it.").waitFor()
  await go(page)
  await isTold(
    page,
    'Enter their name.',
    'Enter an email address like name@example.com.',
    'Enter a National Insurance number like AB 12 34 56 C.',
  )
  await look(page, 'person details wrong')
  await page.getByLabel('Full name').fill('Sam Reed')
  await page.getByLabel('Email').fill(known!.address)
  await page.getByLabel('National Insurance number').fill('ab123456c')
  await go(page)

  await pageIs(page, 'Income')
  await go(page)
  await isTold(page, 'Add at least one income source.')
  await page.getByLabel('Income source name').fill('Window cleaning')
  await go(page)
  await isTold(page, 'Choose a type for Window cleaning.')
  const choose = (n: number, type: RegExp) => page.getByRole('radio', { name: type }).nth(n).check()
  await choose(0, /^Self-employment/)
  await page.getByRole('button', { name: 'Add another income source' }).click()
  await page.keyboard.type('Window cleaning')
  await page.getByText('Two are called Window cleaning.').waitFor()
  await look(page, 'income')
  await page.getByLabel('Income source name').nth(1).fill('Flat 2 Mill Lane')
  await choose(1, /^UK property/)
  await page.getByRole('button', { name: 'Add another income source' }).click()
  await page.getByRole('button', { name: 'Remove income source 3' }).click()
  await go(page)

  await pageIs(page, 'Access')
  await page.getByRole('switch').check()
  await go(page)

  await pageIs(page, 'Invitation')
  // The invited person is most likely the person known at that address.
  await page.getByText(`${known!.address} already belongs to someone on Embark.`).waitFor()
  await look(page, 'address in use')
  await page.getByRole('button', { name: 'Use another address' }).click()
  expect(await page.getByLabel('Email').evaluate((field) => field === document.activeElement)).toBe(true)
  await go(page)
  await isTold(page, `${known!.address} already belongs to someone on Embark.`)
  await page.getByText('Do they already keep Sam Reed here?').waitFor()
  await page.getByRole('button', { name: 'Ask them to let us in' }).click()
  await page.getByText(`${known!.address} is asked to let us in, by email.`).waitFor()
  // A choice applies only to the address for which it was made.
  await page.getByLabel('Email').fill('')
  await page.getByLabel('Email').fill(known!.address)
  await page.getByRole('button', { name: 'Invite them to Sam Reed too' }).click()
  await page.getByText(`${known!.address} is invited to Sam Reed too.`).waitFor()
  await go(page)
  await pageIs(page, 'Summary')
  await page.getByText(`We’ll send to ${known!.address}.`).waitFor()
  await page.getByText('•• •• •4 56 C').waitFor()
  await look(page, 'person summary')
  await go(page, 'Skip invitation')
  await page.getByRole('heading', { name: 'Sam Reed', level: 1 }).waitFor()
  const sam = await made('Sam Reed')
  expect(sam).toMatchObject({ kind: 'self_employed', contact_email: known!.address, ni_number_last4: '456C' })
  expect(sam).toMatchObject({ status: 'creating', postcode: 'D02 AF30' })
  const sources = await staff.api.owner`
    SELECT name, type FROM income_source WHERE organisation_id = ${sam?.id} ORDER BY position`
  expect([...sources]).toEqual([
    { name: 'Window cleaning', type: 'self_employment' },
    { name: 'Flat 2 Mill Lane', type: 'uk_property' },
  ])
})

test('changes from another window are kept; a draft is deleted after a second yes', async () => {
  const { page, practice, cookie } = await visit(desktop, { country: 'IE', currency: 'EUR' })
  // Outside the UK there is one kind, and no choice.
  expect(await page.getByText('Self-employed').count()).toBe(0)
  await page.getByRole('button', { name: 'Set it up fully' }).click()
  await pageIs(page, 'Solutions')
  const [, , , id = ''] = new URL(page.url()).pathname.split('/')
  await page.goto(`/clients/new/${id}/details`)
  await pageIs(page, 'Details')
  expect(await page.getByRole('combobox', { name: 'Currency' }).inputValue()).toBe('EUR')
  await isKeptAt(practice.id, 'details')
  const body = { data: { organisation: { kind: 'business', name: 'Theirs Ltd' } } }
  const headers = { 'if-match': '*' }
  await staff.api.callAs(cookie, `drafts/${id}`, { method: 'PATCH', body, headers, practice: practice.id })
  const name = page.getByRole('combobox', { name: 'Business name' })
  await name.fill('Mine Ltd')
  await page.getByText('This draft was changed in another window.').waitFor()
  expect(await name.inputValue()).toBe('Mine Ltd')
  await look(page, 'conflict')
  await page.getByRole('button', { name: 'Use theirs' }).click()
  expect(await name.inputValue()).toBe('Theirs Ltd')
  await name.fill('Mine after all Ltd')
  const kept = async () => (await staff.api.callAs(cookie, `drafts/${id}`, { practice: practice.id })).body.data
  await expect.poll(kept).toMatchObject({ organisation: { name: 'Mine after all Ltd' } })
  await page.getByRole('button', { name: 'Delete draft' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete this draft?' })
  await dialog.waitFor()
  await look(page, 'delete')
  await dialog.getByRole('button', { name: 'Delete draft' }).click()
  await pageIs(page, 'Add a client')
  expect((await staff.api.callAs(cookie, `drafts/${id}`, { practice: practice.id })).status).toBe(404)
  await page.goto(`/clients/new/${id}/details`)
  await page.getByText('This draft is no longer there').waitFor()
  await demandAccessible(page)
})
