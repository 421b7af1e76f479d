import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { invite as ask } from '../../commands/invitations/invite.ts'
import { linkIn, mailbox } from '../api/client/mailbox.ts'
import { demandAccessible, phone, picture } from '../chrome.ts'
import { clientDesktop, useClientBrowser } from './clientBrowser.ts'

const side = useClientBrowser()

async function look(page: Page, name: string): Promise<void> {
  await picture(page, name, { fullPage: true })
  // axe runs as script: a page without script is checked by its pictures only.
  if (!name.includes('script')) await demandAccessible(page)
}
const heading = (page: Page) => page.locator('h1').textContent()

describe.each([
  ['on a phone', { ...phone }],
  ['on a phone without script', { ...phone, javaScriptEnabled: false }],
  ['on a desktop, in the dark', { ...clientDesktop, colorScheme: 'dark' as const }],
])('a returning client %s', (name, options) => {
  test('signs in by a mailed link, invites a colleague, and stops sharing in two presses', async () => {
    const client = await side.invite()
    const page = await side.visit(options)
    await page.goto(`/j/${await side.tokenFor(client)}`)
    await page.getByRole('button', { name: 'Albion Union Bank' }).click()
    await page.locator('button.primary').click()
    await page.getByRole('button', { name: 'Approve', exact: true }).click()
    expect(await heading(page)).toBe('Bank connected')

    await page.goto('/home')
    expect(await heading(page)).toBe('Sign in')
    await look(page, `portal ${name} 1 sign in`)
    await page.getByLabel('Your email').fill(client.email)
    await page.getByRole('button', { name: 'Email me a sign-in link' }).click()
    await look(page, `portal ${name} 2 asked`)
    await page.goto(linkIn(await mailbox(side.sandbox).mailed(client.email, 'Your sign-in link')))
    await look(page, `portal ${name} 3 sign in as`)
    await page.getByRole('button', { name: `Sign in as ${client.email}` }).click()
    expect(await heading(page)).toBe('What you share')
    await look(page, `portal ${name} 4 home`)
    await page.getByRole('link', { name: 'Integrations' }).click()
    expect(await heading(page)).toBe('Integrations')
    await look(page, `portal ${name} 4 integrations`)
    await page.getByRole('button', { name: 'Connect Xero' }).click()
    expect(await heading(page)).toBe('Connect Xero for Harbour Bakery Ltd')
    await look(page, `portal ${name} 4 consent`)
    await page.getByRole('button', { name: /Xero/ }).click()
    await page.getByLabel(/new organisation named/i).fill('Harbour Bakery Ltd')
    await page.getByRole('button', { name: 'Allow access' }).click()
    expect(await heading(page)).toBe('Xero connected')
    await page.goto('/home')
    await page.getByRole('link', { name: 'Integrations' }).click()
    await page.getByRole('link', { name: 'Disconnect Xero' }).waitFor()
    await look(page, `portal ${name} 4 integrated`)

    await page.getByRole('link', { name: 'Users' }).click()
    await look(page, `portal ${name} 5 users`)
    await page.getByRole('link', { name: 'Invite someone' }).click()
    await look(page, `portal ${name} 6 invite`)
    const sam = `sam.${randomUUID().slice(0, 8)}@harbour.example`
    await page.getByLabel('Their name').fill('Sam Reed')
    await page.getByLabel('Their email').fill(sam)
    await page.getByRole('button', { name: 'Send invitation' }).click()
    expect(await page.getByRole('status').textContent()).toBe('The invitation is on its way.')
    await page.getByRole('link', { name: 'Manage Sam Reed' }).click()
    await look(page, `portal ${name} 7 manage`)
    const visitor = await side.visit(options)
    await visitor.goto(linkIn(await mailbox(side.sandbox).mailed(sam, 'Join Harbour Bakery Ltd on Embark')))
    await look(visitor, `portal ${name} 8 join`)
    await visitor.getByRole('button', { name: 'Accept' }).click()
    expect(await heading(visitor)).toBe('You’ve joined Harbour Bakery Ltd')
    await look(visitor, `portal ${name} 9 joined`)

    await page.goto('/home')
    await page.getByRole('link', { name: 'Stop sharing Albion Union Bank' }).click()
    expect(await heading(page)).toBe('Stop sharing Albion Union Bank with Marsh & Lowe Accountants?')
    await page.getByRole('button', { name: 'Stop sharing' }).click()
    expect(await heading(page)).toBe('Albion Union Bank is no longer shared')
    await page.goto('/home')
    await page.getByRole('button', { name: 'Sign out' }).click()
    expect(await heading(page)).toBe('Sign in')
    await page.context().close()
  })
})

test.each([
  ['light', {}],
  ['dark', { colorScheme: 'dark' as const }],
])('an invitation of somebody who has a sign-in, or who is somebody else, %s', async (name, options) => {
  const email = `jo.${randomUUID().slice(0, 8)}@harbour.example`
  const first = await side.invite({ email })
  const page = await side.visit({ ...phone, ...options })
  await page.goto(`/j/${await side.tokenFor(first)}`)
  await page.getByRole('button', { name: 'Albion Union Bank' }).click()

  const second = await side.invite({ email, name: 'Tidewater Physio Ltd' }, await side.createPractice())
  await page.goto(`/j/${await side.tokenFor(second)}`)
  expect(await heading(page)).toBe('Add Tidewater Physio Ltd to your sign-in?')
  await look(page, `portal existing ${name}`)
  await page.goto(`/j/${await side.tokenFor(second, 'link')}`)
  await look(page, `portal existing, copied link ${name}`)
  await page.getByRole('button', { name: 'Email me a sign-in link' }).click()
  await page.goto(linkIn(await mailbox(side.sandbox).mailed(email, 'Your sign-in link')))
  await page.getByRole('button', { name: `Sign in as ${email}` }).click()
  await page.getByRole('button', { name: 'Albion Union Bank' }).click()

  // The client is signed in by now: the request to be let in asks for the same business, and the portal shows that
  // business once.
  const dale = await side.createPractice({ name: 'Dale & Fell LLP' })
  const third = await side.invite({ name: 'Harbour Bakery Limited', channels: null }, dale)
  const actor = { type: 'api_key', id: null } as const
  await ask(side.deps.commands, third.target, actor, randomUUID(), { name: 'Jo Carter', email, asks: true })
  await page.goto(`/j/${await side.tokenFor(third)}`)
  expect(await heading(page)).toBe('Dale & Fell LLP asks to work with Harbour Bakery Limited')
  const own = page.getByRole('radio', { name: 'Harbour Bakery Ltd, with Marsh & Lowe Accountants' })
  expect(await own.isChecked()).toBe(true)
  await look(page, `portal let in ${name}`)
  await page.getByRole('button', { name: 'Let them in' }).click()
  expect(await heading(page)).toBe('Carry on: connect your bank for Harbour Bakery Limited')
  await page.goto('/home')
  expect(await page.getByRole('heading', { name: 'Harbour Bakery Ltd' }).count()).toBe(1)
  await look(page, `portal two practices ${name}`)
  await page.getByRole('link', { name: 'Harbour Bakery Ltd', exact: true }).click()
  const others = page.getByRole('navigation', { name: 'Your other organisations' })
  await look(page, `portal switcher ${name}`)
  await others.getByRole('link', { name: 'Tidewater Physio Ltd' }).click()
  await others.getByRole('link', { name: 'Harbour Bakery Ltd' }).waitFor()
  await others.getByRole('link', { name: 'All your organisations' }).click()

  const stranger = await side.invite({ name: 'Stranger Ltd' })
  await page.goto(`/j/${await side.tokenFor(stranger)}`)
  expect(await heading(page)).toBe('You’re signed in as someone else')
  await look(page, `portal wrong account ${name}`)
  await page.getByRole('button', { name: 'Sign out and continue' }).click()
  expect(await heading(page)).toBe('Connect your bank for Stranger Ltd')
  await page.context().close()
})
