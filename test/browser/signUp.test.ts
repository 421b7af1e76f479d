import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { linkIn, mailbox } from '../api/client/mailbox.ts'
import { PASSWORD } from '../api/staffHarness.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { waitFor } from '../waitFor.ts'
import { demandUsable, desktop, phone, useStaffBrowser } from './staffBrowser.ts'

const sandbox = forFile(againstSandbox)
const staff = useStaffBrowser(() => ({ email: sandbox.resend(), breach: sandbox.pwned() }))

const confirmLink = (email: string) => mailbox(sandbox).mailed(email, 'Confirm your email').then(linkIn)

/** Signs a practice up in the browser, up to the page that says that the link was sent. */
async function signUp(page: Page, email: string, practice: string): Promise<string> {
  await page.goto('/sign-up')
  await page.getByLabel('Your name').fill('Ada Dale')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByLabel('Practice').fill(practice)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('heading', { name: 'Confirm your email' }).waitFor()
  return confirmLink(email)
}

test('a practice signs up: the mail is sent again, its button confirms, and the page says so', async () => {
  const page = await staff.visit(null, phone)
  const email = 'ada@browser.example'
  const first = await signUp(page, email, 'Dale & Fell LLP')
  await page.getByText(`We sent a link to ${email}. It works for 30 minutes.`).waitFor()
  await demandUsable(page, 'sign-up sent')
  await page.getByRole('button', { name: 'Send it again' }).click()
  await page.getByText('Sent. You can send again in 60 seconds.').waitFor()
  const link = await waitFor('the second mail', async () => {
    const newest = await confirmLink(email)
    return newest !== first && newest
  })
  await page.goto(first)
  await page.getByRole('heading', { name: 'This link is over or incomplete' }).waitFor()
  await demandUsable(page, 'confirm over')
  await page.goto(link)
  await page.getByRole('heading', { name: `Confirm ${email}?` }).waitFor()
  expect(await page.getByLabel('Password').count()).toBe(0)
  await demandUsable(page, 'confirm')
  expect(await staff.api.owner`SELECT FROM practice WHERE name = 'Dale & Fell LLP'`).toHaveLength(0)
  await page.getByRole('button', { name: 'Confirm and sign in' }).click()
  await page.getByRole('heading', { name: 'Your email is confirmed' }).waitFor()
  await demandUsable(page, 'confirmed')
  await page.getByRole('link', { name: 'Start' }).click()
  await page.waitForURL(/\/clients/)
  await page.goto(link)
  await page.getByText(`${email} was confirmed already.`).waitFor()
})

test('in another browser the link asks for a password; an incomplete one offers another', async () => {
  const email = 'phone@browser.example'
  const link = await signUp(await staff.visit(null, desktop), email, 'Phone LLP')
  const page = await staff.visit(null, phone)
  await page.goto('/confirm')
  await page.getByRole('heading', { name: 'This link is over or incomplete' }).waitFor()
  await page.getByLabel('Email').fill('nobody@browser.example')
  await page.getByRole('button', { name: 'Send me a new one' }).click()
  await page.getByText('If nobody@browser.example signed up within the last day, a link is on its way.').waitFor()
  await page.goto(link)
  await page.getByText('You signed up in another browser, so choose your password here.').waitFor()
  await demandUsable(page, 'confirm elsewhere')
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Confirm and sign in' }).click()
  await page.getByText('Use at least 12 characters.').waitFor()
  await page.getByLabel('Password', { exact: true }).fill('four words make another')
  await page.getByRole('button', { name: 'Confirm and sign in' }).click()
  await page.getByRole('heading', { name: 'Your email is confirmed' }).waitFor()
})
