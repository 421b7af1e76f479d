import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { PASSWORD } from '../api/staffHarness.ts'
import { startOidcProvider } from '../oidcProvider.ts'
import { totp } from '../totp.ts'
import { demandAccessible, demandUsable, desktop, looks, picture, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()

async function visitAsStaff(options: BrowserContextOptions = desktop) {
  const person = await staff.api.createPerson('standard', staff.api.practice, { name: 'Priya Shah' })
  const cookie = await staff.api.signIn(person)
  return { person, cookie, page: await staff.visit(cookie, options) }
}

const open = async (page: Page, path: string, title: string) => {
  await page.goto(`/me/${path}`)
  await page.getByRole('heading', { name: title, level: 1 }).waitFor()
}

describe.each(looks)('every page of my settings at %s', (look, options) => {
  test('can be used by everybody', async () => {
    const { page } = await visitAsStaff(options)
    for (const [path, title, ready] of [
      ['profile', 'Profile', 'Clients see your name'],
      ['security', 'Security', 'This one'],
      ['notifications', 'Notifications', 'Clients I manage'],
      ['shortcuts', 'Display and keys', 'Single-letter shortcuts'],
    ] as const) {
      await open(page, path, title)
      await page.getByText(ready).first().waitFor()
      await demandUsable(page, `me ${path} ${look}`)
    }
  })
})

test('one’s name is changed, and an empty one refused', async () => {
  const { page, person } = await visitAsStaff()
  await page.goto('/clients')
  await page.getByRole('button', { name: /Your menu$/ }).click()
  await page.getByRole('menuitem', { name: 'My settings' }).click()
  const name = page.getByRole('textbox', { name: 'Name' })
  await name.fill(' ')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Enter your name, in 160 characters or fewer.').waitFor()
  await name.fill('Priya Shah-Jones')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  const [row] = await staff.api.owner`SELECT name FROM identity.person WHERE id = ${person.id}`
  expect(row?.name).toBe('Priya Shah-Jones')
})

test('changing the password needs the present one, and signs out everywhere else', async () => {
  const { page, person } = await visitAsStaff()
  const elsewhere = await staff.api.signIn(person)
  await open(page, 'security', 'Security')
  const present = page.getByLabel('Current password', { exact: true })
  await present.fill('not my own password')
  await page.getByLabel('New password', { exact: true }).fill('four words make it better')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('That isn’t your password.').waitFor()
  await demandAccessible(page)
  await present.fill(PASSWORD)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  expect((await staff.api.callAs(elsewhere, 'me')).status).toBe(401)
  await expect(staff.api.signIn(person)).rejects.toThrow('not signed in')
  await staff.api.signIn(person, 'four words make it better')
  await page.reload()
  await page.getByRole('heading', { name: 'Security', level: 1 }).waitFor()
})

describe.each(looks)('a practice that demands a second factor at %s', (look, options) => {
  test('is demanded at the team, and whoever has none sets it up in place of the page and goes on', async () => {
    const practice = await staff.api.createPractice({ name: 'Dale & Fell LLP' })
    const admin = await staff.api.createPerson('practice_admin', practice, { name: 'Ada Dale' })
    const person = await staff.api.createPerson('standard', practice, { name: 'Priya Shah' })
    const bare = await staff.visit(await staff.api.signIn(admin), options)
    await bare.goto('/team')
    const choice = bare.getByRole('switch', { name: 'Everyone needs a second factor' })
    await choice.click()
    await bare.getByText('Set up your own second factor first').waitFor()
    const page = await staff.visit(await staff.api.setUpFactor(admin), options)
    await page.goto('/team')
    const chosen = page.getByRole('switch', { name: 'Everyone needs a second factor' })
    await page.getByText('1 person has none yet').waitFor()
    await chosen.click()
    await page.getByText('1 person has none yet, and sees no client until it is set up.').waitFor()
    expect(await chosen.isChecked()).toBe(true)
    await demandUsable(page, `team second factor ${look}`)

    const theirs = await staff.visit(await staff.api.signIn(person), options)
    await theirs.goto('/me/profile')
    await theirs.getByRole('heading', { name: 'Set up a second factor' }).waitFor()
    await theirs.getByText('Dale & Fell LLP asks everyone to use a second factor. Set it up now.').waitFor()
    await demandUsable(theirs, `second factor first ${look}`)
    await theirs.getByLabel('Your password', { exact: true }).fill(PASSWORD)
    await theirs.getByRole('button', { name: 'Set up' }).click()
    await theirs.getByRole('img', { name: 'QR code of the key' }).waitFor()
    const key = ((await theirs.locator('code').first().textContent()) ?? '').replaceAll(' ', '')
    await theirs.getByRole('textbox', { name: 'Code of your app' }).first().pressSequentially(totp(key))
    await theirs.getByRole('button', { name: 'Continue' }).click()
    await theirs.getByRole('button', { name: 'I’ve saved them' }).click()
    await theirs.getByRole('heading', { name: 'Profile' }).waitFor()
  })
})

describe.each(looks)('a sign-in older than ten minutes at %s', (look, options) => {
  test('asks for the password over the page, loses nothing that was typed, and goes on', async () => {
    const practice = await staff.api.createPractice()
    const person = await staff.api.createPerson('practice_admin', practice)
    const page = await staff.visit(await staff.api.signIn(person), options)
    await staff.api.owner`
      UPDATE identity.session SET authenticated_at = now() - interval '11 minutes' WHERE user_id = ${person.id}`
    await page.goto('/settings/api-keys')
    await page.getByRole('button', { name: 'Create a key' }).click()
    const name = page.getByRole('textbox', { name: 'Name' })
    await name.fill('Practice manager')
    await name.press('Enter')
    const asked = page.getByRole('dialog', { name: 'Enter your password again' })
    const password = asked.getByLabel('Password', { exact: true })
    await password.waitFor()
    await demandUsable(page, `password again ${look}`)
    // Escape closes it: the typed text stays, and a message says that nothing was changed.
    await password.press('Escape')
    await asked.waitFor({ state: 'detached' })
    await page.getByText('Nothing was changed').waitFor()
    expect(await name.inputValue()).toBe('Practice manager')
    await name.press('Enter')
    await password.fill('not my own password')
    await password.press('Enter')
    await asked.getByText('That isn’t your password.').waitFor()
    await password.fill(PASSWORD)
    await password.press('Enter')
    await page.getByText('Copy it now. You won’t see it again.').waitFor()
    const keys = await staff.api.owner`
      SELECT name FROM api_key WHERE practice_id = ${practice.id} AND name = 'Practice manager'`
    expect(keys).toHaveLength(1)
  })
})

test('every other place is signed out by one press', async () => {
  const { page, person } = await visitAsStaff()
  const elsewhere = await staff.api.signIn(person)
  await open(page, 'security', 'Security')
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByRole('button', { name: 'Sign out everywhere else' }).waitFor({ state: 'detached' })
  expect((await staff.api.callAs(elsewhere, 'me')).status).toBe(401)
  await page.reload()
  await page.getByText('This one').waitFor()
})

test('a second factor is set up, asked for at the next sign-in, replaced by a recovery code once, and switched off', async () => {
  const { page, person } = await visitAsStaff()
  await open(page, 'security', 'Security')
  await page.getByLabel('Your password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Set up' }).click()
  await page.getByRole('img', { name: 'QR code of the key' }).waitFor()
  await picture(page, 'me second factor')
  await demandAccessible(page)
  const section = page.getByRole('region', { name: 'Second factor' })
  const key = ((await section.locator('code').textContent()) ?? '').replaceAll(' ', '')
  const type = (code: string) => page.getByRole('textbox', { name: 'Code of your app' }).first().pressSequentially(code)
  await type(totp(key))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('It is on.').waitFor()
  const codes = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents()
  expect(new Set(codes).size).toBe(10)
  await picture(page, 'me recovery codes')
  await demandAccessible(page)
  const saving = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download' }).click()
  expect((await saving).suggestedFilename()).toBe('embark-recovery-codes.txt')
  await page.getByRole('button', { name: 'I’ve saved them' }).click()
  await page.getByText('On. Your app is asked for a code at every sign-in.').waitFor()

  const enter = async () => {
    const fresh = await staff.visit(null)
    await fresh.goto('/sign-in')
    await fresh.getByLabel('Email').fill(person.email)
    await fresh.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await fresh.getByRole('button', { name: 'Sign in' }).click()
    await fresh.getByRole('heading', { name: 'Enter your code' }).waitFor()
    return fresh
  }
  const byApp = await enter()
  await demandAccessible(byApp)
  // The form submits itself when the code is complete.
  await byApp.getByRole('textbox', { name: 'Code of your app' }).first().pressSequentially(totp(key, 1))
  await byApp.waitForURL(/\/clients/)
  const giveRecoveryCode = async (code: string) => {
    const fresh = await enter()
    await fresh.getByRole('button', { name: 'Use a recovery code' }).click()
    await fresh.getByLabel('Recovery code').fill(code)
    await fresh.getByRole('button', { name: 'Continue' }).click()
    return fresh
  }
  await (await giveRecoveryCode(codes[0]!)).waitForURL(/\/clients/)
  await (await giveRecoveryCode(codes[0]!)).getByText('That recovery code didn’t work').waitFor()

  await page.getByLabel('Your password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Switch off' }).click()
  await page.getByText('Off. Enter your password to set it up.').waitFor()
  await staff.api.signIn(person)
})

test('single letters do nothing once they are switched off, and a client takes one line if so chosen', async () => {
  const { page } = await visitAsStaff()
  await staff.api.create({ access: { everyone: true } })
  const rowHeight = () =>
    page
      .locator('tr[data-row]')
      .first()
      .evaluate((row) => row.getBoundingClientRect().height)
  await page.goto('/clients?view=all')
  await page.locator('tr[data-row]').first().waitFor()
  expect(await rowHeight()).toBe(56)
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await open(page, 'shortcuts', 'Display and keys')
  await page.getByRole('switch', { name: 'Single-letter shortcuts' }).click()
  await page.getByText('One line').click()
  await page.goto('/clients?view=all')
  await page.locator('tr[data-row]').first().waitFor()
  expect(await rowHeight()).toBe(36)
  await picture(page, 'clients in one line')
  await demandAccessible(page)
  await page.keyboard.press('?')
  await page.keyboard.press('ArrowDown')
  await page.locator('tr[data-row]:focus').waitFor()
  expect(await page.getByRole('dialog').count()).toBe(0)
})

test('an address whose practice has its own sign-in is shown the way', async () => {
  const idp = await startOidcProvider(staff.api.url)
  try {
    const practice = await staff.api.createPractice()
    const email = `rosa@${practice.slug}.example`
    const cookie = await staff.api.signIn(await staff.api.createPerson('practice_admin', practice, { email }))
    const body = { issuer: idp.issuer, clientId: 'embark', clientSecret: 'idp secret' }
    await staff.api.callAs(cookie, 'sign-on', { method: 'PATCH', body })
    idp.accounts.rosa = { email, email_verified: true }
    const page = await staff.visit(null)
    await page.goto('/sign-in')
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password', { exact: true }).focus()
    await page.getByRole('link', { name: 'Sign in with Marsh & Lowe Accountants' }).waitFor()
    await demandAccessible(page)
    await page.getByRole('link', { name: 'Sign in with Marsh & Lowe Accountants' }).click()
    await page.locator('input[name=login]').fill('rosa')
    await page.locator('input[name=password]').fill('any')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(/\/clients/)
    await page.goto('/me/security')
    await page.getByText('You are signed in by the sign-in of Marsh & Lowe Accountants').waitFor()
    expect(await page.getByRole('button', { name: 'Set up' }).count()).toBe(0)
    await picture(page, 'security by single sign-on')
    await demandAccessible(page)
    await page.goto('/me/profile')
    expect(await page.getByLabel('Name').getAttribute('readonly')).not.toBeNull()
    await demandAccessible(page)
  } finally {
    await idp.stop()
  }
})
