import { expect, test } from 'vitest'
import { demandAccessible, desktop, phone, picture, unfold, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()

const signIn = async () => staff.api.signIn(await staff.api.createPerson('practice_admin', staff.api.practice))

test.each([
  ['at a desk', desktop],
  ['on a phone', { ...phone, colorScheme: 'dark' as const }],
])('a client is added by name, invited, and cancelled, %s', async (where, options) => {
  const page = await staff.visit(await signIn(), options)
  await page.goto('/clients/new')
  await page.getByRole('heading', { name: 'Add a client' }).waitFor()
  await picture(page, `client add ${where}`)
  await demandAccessible(page)
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByText('Enter the company name').waitFor()
  await page.getByRole('combobox', { name: 'Company name' }).fill(`Harbour Bakery ${where}`)
  await page.getByRole('button', { name: 'Create' }).click()
  await page.waitForURL(/\/clients\/[0-9a-f-]{36}$/)
  await page.getByRole('heading', { name: `Harbour Bakery ${where}`, level: 1 }).waitFor()
  await page.getByText('Nobody has been invited yet.').waitFor()
  await picture(page, `client added ${where}`)
  await demandAccessible(page)

  await page.getByRole('region', { name: 'Invitation' }).getByRole('button', { name: 'Invite' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Jo Carter')
  await dialog.getByLabel('Email').fill('not an address')
  await dialog.getByRole('button', { name: 'Send' }).click()
  await dialog.getByText('Enter an email address like').waitFor()
  await demandAccessible(page)
  await dialog.getByLabel('Email').fill(`jo.${where.replaceAll(' ', '.')}@harbour.example`)
  await dialog.getByRole('button', { name: 'Send' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Works until').waitFor()
  await page.getByRole('region', { name: 'Situation' }).getByText('Sending the invitation').waitFor()
  await unfold(page, 'Timeline')
  await page.getByRole('region', { name: 'Timeline' }).getByText('Invited by email').waitFor()
  await picture(page, `client invited ${where}`)

  await page.getByRole('region', { name: 'Invitation' }).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Cancel onboarding' }).click()
  await dialog.getByLabel('Reason').fill('Added by mistake')
  await picture(page, `client cancelling ${where}`)
  await dialog.getByRole('button', { name: 'Cancel onboarding' }).click()
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).waitFor()
  const statusOf = async () => {
    const [row] = await staff.api.owner<{ status: string }[]>`
      SELECT o.status FROM onboarding o JOIN organisation g ON g.id = o.organisation_id
      WHERE g.name = ${`Harbour Bakery ${where}`}`
    return row?.status
  }
  expect(await statusOf()).toBe('cancelled')
  await picture(page, `client cancelled ${where}`)
  await demandAccessible(page)
  await page.keyboard.press('z')
  await page.getByText('Undone', { exact: true }).waitFor()
  expect(await statusOf()).not.toBe('cancelled')
})

test('a client whose creation was never answered is there once after it is sent again', async () => {
  const page = await staff.visit(await signIn())
  await page.goto('/clients/new')
  await page.getByRole('combobox', { name: 'Company name' }).fill('Lost Answer Ltd')
  await page.route('**/api/v1/onboardings', async (route) => {
    await route.fetch()
    await route.abort()
  })
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('alert').waitFor()
  await page.unroute('**/api/v1/onboardings')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: 'Lost Answer Ltd', level: 1 }).waitFor()
  const made = await staff.api.owner`SELECT FROM organisation WHERE name = 'Lost Answer Ltd'`
  expect(made.count).toBe(1)
})

test('signing in leads to where one wanted to go; a wrong password says so', async () => {
  const person = await staff.api.createPerson('practice_admin', staff.api.practice)
  const page = await staff.visit(null)
  await page.goto('/clients/new')
  await page.waitForURL(/\/sign-in/)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await demandAccessible(page)
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill('not my own password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('That email and password don’t match. Reset your password').waitFor()
  await picture(page, 'sign-in')
  await demandAccessible(page)
  const json = { code: 'TOO_MANY_TRIES', at: '2026-03-10T14:02:00Z' }
  await page.route('**/api/auth/sign-in/email', (route) => route.fulfill({ status: 429, json }))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(/^Too many tries\. Wait until \d\d:\d\d or reset your password\.$/).waitFor()
  expect(await page.getByRole('link', { name: 'reset your password' }).getAttribute('href')).toBe('/forgot')
  await page.unroute('**/api/auth/sign-in/email')
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(/\/clients\/new$/)
})

test.each(['/forgot', '/sign-up', '/reset/some-token'])('%s is accessible', async (path) => {
  const page = await staff.visit(null)
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await picture(page, `entry ${path}`)
  await demandAccessible(page)
})

test('a client that is not there, or not for me, says so and who can help', async () => {
  const page = await staff.visit(await signIn())
  await page.goto('/clients/00000000-0000-7000-8000-000000000000')
  await page.getByText('You can’t see this client').waitFor()
  await picture(page, 'client not seen')
  await demandAccessible(page)
})
