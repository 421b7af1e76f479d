import { randomUUID } from 'node:crypto'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { makeOne } from '../api/things.ts'
import { demandAccessible, demandUsable, desktop, looks, picture, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()

/** Opens the users' page of a client with an admin, a member, an invited user and the onboarding's own invitation. */
async function visitUsers(options: BrowserContextOptions = desktop): Promise<Page> {
  const practice = await staff.api.createPractice()
  const cookie = await staff.api.signIn(await staff.api.createPerson('practice_admin', practice))
  const { onboarding } = await makeOne(staff.api, practice, 'Bakery', 'user')
  const page = await staff.visit(cookie, options)
  await page.goto(`/clients/${onboarding}/users`)
  await page.getByRole('heading', { name: 'Users', level: 2 }).waitFor()
  await page.getByText('Business Admin', { exact: true }).first().waitFor()
  return page
}

const row = (page: Page, text: string) => page.getByRole('listitem').filter({ hasText: text })
const manage = async (page: Page, text: string, item: string) => {
  // The menu of another row may still be closing, and has the same items.
  await expect.poll(() => page.getByRole('menu').count()).toBe(0)
  await row(page, text)
    .getByRole('button', { name: /^Manage/ })
    .click()
  await page.getByRole('menuitem', { name: item }).click()
}

describe.each(looks)('the users of a client at %s', (look, options) => {
  test('can be used by everybody', async () => {
    const page = await visitUsers(options)
    await demandUsable(page, `users ${look}`)
    await page.getByRole('button', { name: 'Invite someone' }).click()
    await page.getByLabel('Email').waitFor()
    await demandUsable(page, `users invite ${look}`)
  })
})

test('another is invited, with what is wrong said at the field', async () => {
  const page = await visitUsers()
  await page.getByRole('button', { name: 'Invite someone' }).click()
  await page.getByLabel('Name').fill('Sam Reed')
  await page.getByLabel('Email').fill('sam at harbour')
  await page.getByRole('button', { name: 'Send invitation' }).click()
  await page.getByText('Enter an email address like name@example.com.').waitFor()
  const email = `sam.${randomUUID().slice(0, 8)}@harbour.example`
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Send invitation' }).click()
  await page.getByText(`Invitation sent to ${email}`).waitFor()
  await row(page, 'Sam Reed').getByText('Invited, until').waitFor()
})

test('a role is changed, somebody is removed, and the last Business Admin is kept', async () => {
  const page = await visitUsers()
  await manage(page, 'admin.', 'Remove')
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('Harbour Bakery Ltd needs at least one Business Admin.').waitFor()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await manage(page, 'member.', 'Change role to Business Admin')
  await row(page, 'member.').getByText('Business Admin').waitFor()
  await manage(page, 'admin.', 'Remove')
  await page.getByText('They no longer see or stop anything at Harbour Bakery Ltd').waitFor()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await row(page, 'admin.').waitFor({ state: 'detached' })
})

test('changes of users show without a reload, on the users’ page and on the overview', async () => {
  const practice = await staff.api.createPractice()
  const cookie = await staff.api.signIn(await staff.api.createPerson('practice_admin', practice))
  const { onboarding, organisation } = await makeOne(staff.api, practice, 'Bakery', 'user')
  const [users, overview] = [await staff.visit(cookie), await staff.visit(cookie)]
  await users.goto(`/clients/${onboarding}/users`)
  await overview.goto(`/clients/${onboarding}`)
  const tab = overview.getByRole('navigation', { name: 'Client' }).getByRole('link', { name: /^Users/ })
  for (const page of [users, overview]) {
    await page.getByRole('heading', { level: 1 }).waitFor()
    // The stream is open before an event that only it reports.
    await page.getByRole('button', { name: /^Notifications/ }).waitFor()
  }
  const before = Number(/\d+/.exec((await tab.textContent()) ?? '')?.[0])
  const body = { name: 'Ann Lowe', email: `ann.${randomUUID().slice(0, 8)}@harbour.example`, role: 'member' }
  const invited = await staff.api.post(`organisations/${organisation}/users`, body, { key: practice.key })
  expect(invited.status).toBe(201)
  await row(users, 'Ann Lowe').getByText('Invited, until').waitFor()
  await expect.poll(() => tab.textContent()).toBe(`Users ${before + 1}`)
  const [member] = await staff.api.owner<{ id: string }[]>`
    SELECT person_id AS id FROM organisation_member WHERE organisation_id = ${organisation!} AND role = 'member' LIMIT 1`
  const changed = await staff.api.call(`organisations/${organisation}/users/${member!.id}`, {
    method: 'PATCH',
    body: { role: 'business_admin' },
    key: practice.key,
  })
  expect(changed.status).toBe(200)
  await expect.poll(() => users.getByText('Business Admin', { exact: true }).count()).toBeGreaterThan(1)
})

test('an invitation is resent under Manage; the onboarding’s own by the same way', async () => {
  const page = await visitUsers()
  const resend = page.getByRole('dialog').getByRole('button', { name: 'Resend' })
  await manage(page, 'next.', 'Resend invitation')
  await page.getByText('The old link stops working.').waitFor()
  await resend.click()
  await page.getByText(/^Invitation sent to next\./).waitFor()
  await page.getByRole('button', { name: 'Manage Jo', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Resend invitation' }).click()
  await page.getByText(/^The old link stops working\. The new one works until/).waitFor()
  await resend.click()
  await page.getByText(/You can send again/).waitFor()
})

test('an address that somebody has on Embark is warned about before anything is sent, with the ways out', async () => {
  const practice = await staff.api.createPractice()
  const cookie = await staff.api.signIn(await staff.api.createPerson('practice_admin', practice))
  const { organisation } = await makeOne(staff.api, practice, 'Bakery', 'user')
  const [there] = await staff.api.owner<{ address: string }[]>`
    SELECT address FROM organisation_member WHERE organisation_id = ${organisation!} LIMIT 1`
  const client = { organisation: { name: 'Tidewater Physio Ltd' }, invitation: null, access: { everyone: true } }
  const { id } = await staff.api.create(client, practice.key)
  const page = await staff.visit(cookie)
  await page.goto(`/clients/${id}`)
  await page
    .getByRole('button', { name: /^Invite/ })
    .first()
    .click()
  await page.getByLabel('Email').fill(there!.address)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText(`${there!.address} already belongs to someone on Embark.`).waitFor()
  await picture(page, 'users address in use')
  await demandAccessible(page)
  await page.getByRole('button', { name: 'Use another address' }).click()
  expect(await page.getByLabel('Email').evaluate((field) => field === document.activeElement)).toBe(true)
  await page.getByText('Do they already keep Tidewater Physio Ltd here?').waitFor()
  await page.getByRole('button', { name: 'Invite them to Tidewater Physio Ltd too' }).click()
  await page.getByText(`Invitation sent to ${there!.address}`).waitFor()
  const [row] = await staff.api.owner`SELECT existing_user FROM invitation WHERE onboarding_id = ${id}`
  expect(row?.existing_user).toBe(true)

  const another = await staff.api.create({ ...client, organisation: { name: 'Harbour Bakery Ltd' } }, practice.key)
  await page.goto(`/clients/${another.id}`)
  await page
    .getByRole('button', { name: /^Invite/ })
    .first()
    .click()
  await page.getByLabel('Name').fill('Jo Marsden')
  await page.getByLabel('Email').fill(there!.address)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('button', { name: 'Ask them to let us in' }).click()
  await page.getByText(`Request sent to ${there!.address}`).waitFor()
  await staff.api.owner`UPDATE message SET state = 'sent' WHERE onboarding_id = ${another.id}`
  await page.reload()
  await page.getByRole('region', { name: 'Situation' }).getByText('Jo to let us in').waitFor()
  await picture(page, 'users asked to let in')
  await demandAccessible(page)
})
