import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { connectors } from '../../providers/connectors.ts'
import { someBank } from '../api/client/someBank.ts'
import { startOidcProvider } from '../oidcProvider.ts'
import { demandAccessible, demandUsable, desktop, looks, picture, useStaffBrowser } from './staffBrowser.ts'

/** A longer timeout, because a browser on a busy machine is slow. */
const poll = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 })

const staff = useStaffBrowser(() => ({ banks: connectors(someBank) }))

/** Creates a practice and opens a browser as its admin. */
async function visitAsAdmin(options: BrowserContextOptions = desktop, name = 'Rosa Marsh') {
  const practice = await staff.api.createPractice()
  const person = await staff.api.createPerson('practice_admin', practice, { name })
  const cookie = await staff.api.signIn(person)
  return { practice, person, cookie, page: await staff.visit(cookie, options) }
}

const open = async (page: Page, path: string, title: string) => {
  await page.goto(`/settings/${path}`)
  await page.getByRole('heading', { name: title, level: 1 }).waitFor()
}

const pages: [path: string, title: string, ready: string][] = [
  ['practice', 'Practice', 'Where you are reached'],
  ['onboarding', 'Onboarding', 'Why you ask'],
  ['messages', 'Messages', 'Shown for'],
  ['branding', 'Branding', 'Sender name'],
  ['setup-guide', 'Setup guide', 'Add a link'],
  ['sign-on', 'Single sign-on', 'Your provider'],
  ['api-keys', 'API keys', 'Last used'],
  ['support-access', 'Support access', 'When we ask'],
  ['audit', 'Audit log', 'Signed in'],
]

describe.each(looks)('every page of the settings at %s', (look, options) => {
  test('can be used by everybody', async () => {
    const { page } = await visitAsAdmin(options)
    for (const [path, title, ready] of pages) {
      await open(page, path, title)
      await page.getByText(ready).first().waitFor()
      if (await page.getByRole('region', { name: 'What the client gets' }).count()) {
        await page.frameLocator('iframe').getByRole('heading', { level: 1 }).waitFor()
      }
      await demandUsable(page, `settings ${path} ${look}`)
    }
  })
})

test('a section is saved alone, says so, and says at the field what is wrong', async () => {
  const { page, practice } = await visitAsAdmin()
  await page.goto('/clients')
  await page.getByRole('link', { name: 'Settings' }).click()
  const section = page.getByRole('region', { name: 'Your practice' })
  const name = section.getByRole('textbox', { name: 'Name' })
  expect(await section.getByRole('button', { name: 'Save' }).count()).toBe(0)
  await name.fill('  ')
  await section.getByRole('button', { name: 'Save' }).click()
  await section.getByText('Enter the name of your practice.').waitFor()
  await demandAccessible(page)
  await name.fill('Marsh & Lowe LLP')
  await section.getByRole('button', { name: 'Save' }).click()
  await section.getByText('Saved', { exact: true }).waitFor()
  await section.getByText('Saved', { exact: true }).waitFor({ state: 'detached' })
  expect(await section.getByRole('button', { name: 'Save' }).count()).toBe(0)
  const [row] = await staff.api.owner`SELECT name FROM practice WHERE id = ${practice.id}`
  expect(row?.name).toBe('Marsh & Lowe LLP')
})

test('a reason is taken from ours by a press; one too long is refused at its field, and an older one may stay', async () => {
  const { page, practice } = await visitAsAdmin()
  const older = `To ${'see that all is in order '.repeat(5)}`.trim()
  await staff.api.owner`UPDATE practice SET reason_books = ${older} WHERE id = ${practice.id}`
  await open(page, 'onboarding', 'Onboarding')
  const section = page.getByRole('region', { name: 'Why you ask' })
  const save = section.getByRole('button', { name: 'Save' })
  await section.getByLabel('Reason for the bank').fill(`To ${'x'.repeat(82)}`)
  await section.getByText('5 characters too many.').waitFor()
  await save.click()
  await section.getByText('Use 80 characters or fewer.').waitFor()
  await demandAccessible(page)
  await picture(page, 'settings reason too long')
  await section.getByRole('button', { name: 'Payments' }).click()
  await save.click()
  await section.getByText('Saved', { exact: true }).waitFor()
  const [row] = await staff.api.owner`SELECT reason_bank, reason_books FROM practice WHERE id = ${practice.id}`
  expect(row).toEqual({
    reason_bank: 'To put payment links on your invoices and match what is paid.',
    reason_books: older,
  })
})

test('reminder days are spread, chosen or none, and one after the link’s end is refused at the field', async () => {
  const { page, practice } = await visitAsAdmin()
  await open(page, 'onboarding', 'Onboarding')
  const section = page.getByRole('region', { name: 'Invitations' })
  const how = section.getByRole('combobox', { name: 'Reminders after the invitation', exact: true })
  const save = section.getByRole('button', { name: 'Save' })
  expect(await how.inputValue()).toBe('On days 2, 4 and 6')
  await how.click()
  await page.getByRole('option', { name: 'On other days' }).click()
  const days = section.getByLabel('Reminders after the invitation: on which days')
  await days.press('Backspace')
  await days.fill('9')
  await days.press('Enter')
  await save.click()
  await section.getByText('The link ends on day 7. Choose earlier days.').waitFor()
  await demandAccessible(page)
  await picture(page, 'settings reminder days')
  await days.press('Backspace')
  await days.fill('5')
  await days.press('Enter')
  await save.click()
  await section.getByText('Saved', { exact: true }).waitFor()
  const kept = async () =>
    (await staff.api.owner`SELECT invited_reminder_days AS days FROM practice WHERE id = ${practice.id}`)[0]?.days
  expect(await kept()).toEqual([2, 4, 5])
  await how.click()
  await page.getByRole('option', { name: 'None' }).click()
  await save.click()
  await section.getByText('Saved', { exact: true }).waitFor()
  expect(await kept()).toEqual([])
})

test('leaving with changes asks first', async () => {
  const { page } = await visitAsAdmin()
  await open(page, 'onboarding', 'Onboarding')
  await page.getByLabel('Link lifetime, in days').fill('10')
  const reminders = page.getByRole('combobox', { name: 'Reminders after the invitation', exact: true })
  expect(await reminders.inputValue()).toBe('On days 3, 6 and 9')
  await page.getByRole('link', { name: 'API keys' }).click()
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' })
  await dialog.waitFor()
  await demandAccessible(page)
  await dialog.getByRole('button', { name: 'Stay' }).click()
  expect(await page.getByLabel('Link lifetime, in days').inputValue()).toBe('10')
  await page.getByRole('link', { name: 'API keys' }).click()
  await dialog.getByRole('button', { name: 'Leave' }).click()
  await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
})

test('a colleague’s earlier change of the same section is shown, and either can be taken', async () => {
  const { page, practice } = await visitAsAdmin()
  const colleague = await staff.api.signIn(
    await staff.api.createPerson('practice_admin', practice, { name: 'Ann Lowe' }),
  )
  const change = (body: object) => staff.api.callAs(colleague, 'practice', { method: 'PATCH', body })
  await open(page, 'practice', 'Practice')
  const section = page.getByRole('region', { name: 'Where you are reached' })
  const phoneField = section.getByLabel('Phone')
  const save = section.getByRole('button', { name: 'Save' })
  // A change in another section is no conflict.
  await phoneField.fill('0113 496 0000')
  await change({ inviteExpiryDays: 9 })
  await save.click()
  await section.getByText('Saved', { exact: true }).waitFor()
  await phoneField.fill('0113 496 0001')
  await change({ phone: '0113 496 0002' })
  await save.click()
  await section.getByText(/^Ann Lowe changed this at .* Yours is kept below\./).waitFor()
  expect(await phoneField.inputValue()).toBe('0113 496 0001')
  await demandAccessible(page)
  await picture(page, 'settings conflict')
  await section.getByRole('button', { name: 'Use theirs' }).click()
  expect(await phoneField.inputValue()).toBe('0113 496 0002')
  await phoneField.fill('0113 496 0003')
  await change({ phone: '0113 496 0004' })
  await save.click()
  await section.getByRole('button', { name: 'Use mine' }).click()
  await section.getByText('Saved', { exact: true }).waitFor()
  const [row] = await staff.api.owner`SELECT phone FROM practice WHERE id = ${practice.id}`
  expect(row?.phone).toBe('0113 496 0003')
})

test('a key is shown once, works, and is revoked after a second look', async () => {
  const { page, practice } = await visitAsAdmin()
  await staff.api.owner`UPDATE api_key SET revoked_at = now() WHERE practice_id = ${practice.id}`
  await open(page, 'api-keys', 'API keys')
  await page.getByText('No keys yet').waitFor()
  await page.getByRole('button', { name: 'Create a key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.getByText('Name the key').waitFor()
  await demandAccessible(page)
  await dialog.getByLabel('Name').fill('Practice manager')
  await dialog.getByLabel(/^Write/).uncheck()
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.getByText('Copy it now. You won’t see it again.').waitFor()
  await demandAccessible(page)
  await picture(page, 'settings key made')
  const key = (await dialog.locator('pre').textContent())?.trim() ?? ''
  const list = () => staff.api.call('onboardings', { key })
  expect((await list()).status).toBe(200)
  expect((await staff.api.post('onboardings', { organisation: { name: 'X Ltd' } }, { key })).status).toBe(403)
  await dialog.getByRole('button', { name: 'Done' }).click()
  expect(await page.content()).not.toContain(key)
  await picture(page, 'settings keys')
  await demandAccessible(page)
  await page.getByRole('button', { name: 'Revoke Practice manager' }).click()
  await dialog.getByText('Calls with it fail from now on.').waitFor()
  await demandAccessible(page)
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
  await page.getByText('No keys yet').waitFor()
  expect((await list()).status).toBe(401)
})

test('without the right there is no item, and the address says who can help', async () => {
  const person = await staff.api.createPerson('standard', staff.api.practice)
  await staff.api.createPerson('practice_admin', staff.api.practice, { name: 'Rosa Marsh' })
  const page = await staff.visit(await staff.api.signIn(person))
  await open(page, 'api-keys', 'Settings')
  await page.getByText(/Rosa Marsh.* can manage API keys\./).waitFor()
  expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0)
  await demandAccessible(page)
})

test('a setup guide is written with its links, and emptied again', async () => {
  const { page, practice } = await visitAsAdmin()
  await open(page, 'setup-guide', 'Setup guide')
  // The default text is usable.
  expect(await page.getByLabel('Title').inputValue()).toBe('What happens next')
  await page.getByLabel('Title').fill('Get started')
  await page.getByRole('textbox', { name: 'Text' }).fill('Send us your receipts.')
  await page.getByRole('button', { name: 'Add a link' }).click()
  await page.getByLabel('Name of link 1').fill('How it works')
  await page.getByLabel('Address of link 1').fill('nowhere')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Give an address that begins with https://.').waitFor()
  await demandAccessible(page)
  await page.getByLabel('Address of link 1').fill('https://marsh.example/how')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  await picture(page, 'settings setup guide written')
  const kept = async () => {
    const [row] = await staff.api.owner`SELECT setup_guide AS guide FROM practice WHERE id = ${practice.id}`
    return row?.guide
  }
  expect(await kept()).toEqual({
    title: 'Get started',
    text: 'Send us your receipts.',
    links: [{ label: 'How it works', url: 'https://marsh.example/how' }],
  })
  await page.getByRole('button', { name: 'Remove link 1' }).click()
  await page.getByLabel('Title').fill('')
  await page.getByRole('textbox', { name: 'Text' }).fill('')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  expect(await kept()).toBeNull()
  expect(await page.getByLabel('Title').inputValue()).toBe('What happens next')
})

test('a colour says how well it is read as it is typed', async () => {
  const { page } = await visitAsAdmin()
  await open(page, 'branding', 'Branding')
  const colour = page.getByRole('textbox', { name: 'Colour', exact: true })
  await colour.fill('#0E4F4A')
  await page.getByText('White text, 9.4:1').waitFor()
  await colour.fill('#FFE08A')
  await page.getByText(/^Black text, /).waitFor()
  await colour.fill('red')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Give a colour like #0E4F4A.').waitFor()
  await demandAccessible(page)
})

test('the preview follows the typed settings, as page, mail and text, light, dark and narrow', async () => {
  const { page, practice } = await visitAsAdmin()
  await staff.api.create({ organisation: { name: 'Foxglove Lettings Ltd' } }, practice.key)
  await open(page, 'branding', 'Branding')
  const shown = page.frameLocator('iframe')
  const ground = (of: string) => shown.locator(of).evaluate((part) => getComputedStyle(part).backgroundColor)
  await shown.getByRole('heading', { name: 'Connect your bank for Harbour Bakery Ltd' }).waitFor()
  await page.getByRole('textbox', { name: 'Colour', exact: true }).fill('#0E4F4A')
  await poll(() => ground('header')).toBe('rgb(14, 79, 74)')
  const light = await ground('body')
  await page.getByText('Dark', { exact: true }).click()
  await poll(() => ground('body')).not.toBe(light)
  await page.getByText('Mail', { exact: true }).click()
  await page.getByLabel('Sender name').fill('Marsh and Lowe')
  await page.getByText('"Marsh and Lowe" <').waitFor()
  await picture(page, 'settings branding typed')
  await demandAccessible(page)
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Messages' }).click()
  await page.getByRole('combobox', { name: 'Shown for' }).click()
  await page.getByRole('option', { name: 'Foxglove Lettings Ltd' }).click()
  await shown.getByRole('heading', { name: 'Connect your bank for Foxglove Lettings Ltd' }).waitFor()
  await page.getByText('Phone', { exact: true }).click()
  await poll(() => page.locator('iframe').evaluate((frame) => frame.clientWidth)).toBeLessThanOrEqual(390)
  expect(await shown.locator('a[href]').count()).toBe(0)
  await picture(page, 'settings messages phone width')
  await page.getByText('Text', { exact: true }).click()
  await page.getByText('of 160 characters').waitFor()
  await picture(page, 'settings messages text')
  await demandAccessible(page)
})

test('a logo is chosen, seen where clients see it, and removed', async () => {
  const { page } = await visitAsAdmin()
  await open(page, 'branding', 'Branding')
  const section = page.getByRole('region', { name: 'Logo' })
  const choose = (name: string, text: string) =>
    section.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/svg+xml', buffer: Buffer.from(text) })
  const save = section.getByRole('button', { name: 'Save' })
  await choose('notes.svg', 'hello')
  await save.click()
  await section.getByText('Choose a PNG or SVG file.').waitFor()
  await demandAccessible(page)
  await choose(
    'logo.svg',
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 60"><circle cx="30" cy="30" r="26" fill="#fff"/><rect x="70" y="20" width="220" height="20" fill="#fff"/></svg>',
  )
  await section.getByRole('img', { name: 'Logo of Marsh & Lowe Accountants' }).waitFor()
  // The chosen file shows its name and size, and is not published yet.
  expect(await section.textContent()).toContain('logo.svg 168 B')
  await picture(page, 'settings branding logo chosen')
  await demandAccessible(page)
  await page.getByRole('link', { name: 'Messages' }).click()
  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click()
  await save.click()
  await section.getByText('Saved', { exact: true }).waitFor()
  const inPreview = page.frameLocator('iframe').getByRole('img', { name: 'Marsh & Lowe Accountants' })
  await inPreview.waitFor()
  await poll(() => inPreview.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
  await picture(page, 'settings branding logo')
  await demandAccessible(page)
  await section.getByRole('button', { name: 'Remove' }).click()
  await section.getByRole('button', { name: 'Choose a file' }).waitFor()
  await inPreview.waitFor({ state: 'detached' })
})

test('single sign-on is set up, tested at the provider, and only then required', async () => {
  const idp = await startOidcProvider(staff.api.url)
  try {
    const practice = await staff.api.createPractice()
    const email = `rosa@${practice.slug}.example`
    const person = await staff.api.createPerson('practice_admin', practice, { name: 'Rosa Marsh', email })
    idp.accounts.rosa = { email, email_verified: true }
    const page = await staff.visit(await staff.api.signIn(person))
    await open(page, 'sign-on', 'Single sign-on')
    await page.getByLabel('Issuer').fill('http://10.0.0.1')
    await page.getByLabel('Client id').fill('embark')
    await page.getByLabel('Client secret').fill('idp secret')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Give an https address on the internet.').waitFor()
    await page.getByLabel('Issuer').fill(idp.issuer)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Nobody has signed in by it yet. Test it before you require it.').waitFor()
    expect(await page.getByRole('switch', { name: 'Require it' }).isDisabled()).toBe(true)
    await demandAccessible(page)
    await page.getByRole('link', { name: 'Test sign-in' }).click()
    await page.locator('input[name=login]').fill('rosa')
    await page.locator('input[name=password]').fill('any')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(/\/settings\/sign-on$/)
    await page.getByText('A sign-in has passed.').waitFor()
    await page.getByRole('switch', { name: 'Require it' }).click()
    await page.getByRole('switch', { name: 'Require it', checked: true }).waitFor()
    await picture(page, 'settings sign-on required')
    await demandAccessible(page)
    const [row] = await staff.api.owner`SELECT required FROM sign_on WHERE practice_id = ${practice.id}`
    expect(row?.required).toBe(true)
    await page.getByText(new URL(idp.issuer).host).waitFor()

    await staff.api
      .owner`UPDATE sign_on SET unconfirmed_hosts = '{login.example.com}' WHERE practice_id = ${practice.id}`
    await page.reload()
    await page.getByText('Your provider has changed, so nobody can sign in by it').waitFor()
    await picture(page, 'settings sign-on changed')
    await demandAccessible(page)
    await page.getByRole('button', { name: 'Confirm the change' }).click()
    await page.getByText('Your provider has changed').waitFor({ state: 'detached' })
    await page.getByRole('region', { name: 'Using it' }).getByText('login.example.com').waitFor()
  } finally {
    await idp.stop()
  }
})

test('support is let in when it asks, for hours that can be ended, and what it did is listed', async () => {
  const { page, practice } = await visitAsAdmin()
  const support = await staff.api.createPerson('support', undefined, { name: 'Sam Reed' })
  const cookie = await staff.api.signIn(support)
  const asked = await staff.api.callAs(cookie, `support/practices/${practice.id}/access`, { method: 'POST', body: {} })
  expect(asked.status).toBeLessThan(300)
  await open(page, 'support-access', 'Support access')
  await page.getByText('Sam Reed asked to be let in').waitFor()
  await page.getByRole('button', { name: 'Let in for 4 hours' }).click()
  await page.getByText('Support may look in for 4 hours, until').waitFor()
  const look = () => staff.api.callAs(cookie, 'onboardings', { practice: practice.id })
  expect((await look()).status).toBe(200)
  await demandAccessible(page)
  await picture(page, 'settings support let in')
  await page.reload()
  await page.getByRole('button', { name: 'End now' }).click()
  await page.getByRole('button', { name: 'End now' }).waitFor({ state: 'detached' })
  expect((await look()).status).toBe(403)
  await page.getByRole('radio', { name: 'Never' }).click()
  await page.getByRole('radio', { name: 'Never', checked: true }).waitFor()
})

test('the audit log is filtered, and saved as a file', async () => {
  const { page } = await visitAsAdmin()
  await open(page, 'audit', 'Audit log')
  await page.getByRole('cell', { name: /^Signed in/ }).waitFor()
  await page.getByRole('combobox', { name: 'What' }).click()
  await page.getByRole('option', { name: 'API key revoked' }).click()
  await page.getByText('Nothing was recorded').waitFor()
  await demandAccessible(page)
  const saving = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download CSV' }).click()
  expect((await saving).suggestedFilename()).toBe('audit.csv')
})
