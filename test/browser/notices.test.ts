import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { execute } from '../../commands/execute.ts'
import type { Command } from '../../domain/commands.ts'
import type { TestPractice } from '../api/staffHarness.ts'
import { settled } from '../chrome.ts'
import { ask } from '../domain/onboardings.ts'
import { demandAccessible, demandUsable, looks, picture, tablet, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()

const happens = (practice: TestPractice, onboardingId: string, command: Command) =>
  execute(
    staff.api.deps.commands,
    { practiceId: practice.id, onboardingId },
    { actor: { type: 'client', id: null }, command },
  )

/** Creates a practice with a signed-in person. */
async function somebody(role: 'practice_admin' | 'support' = 'practice_admin') {
  const practice = await staff.api.createPractice()
  const cookie = await staff.api.signIn(await staff.api.createPerson(role, practice, { name: 'Rosa Marsh' }))
  const create = async (name: string): Promise<string> =>
    (await staff.api.create({ organisation: { name } }, practice.key)).id
  return { practice, cookie, create }
}

const bell = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const LONG = 'Foxglove Lettings and Property Management Services North Ltd'

describe.each<[string, BrowserContextOptions]>([...looks, ['768', { ...tablet, colorScheme: 'dark' }]])(
  'at %s',
  (look, options) => {
    test('the bell says what happened, and can be used by everybody', async () => {
      const { practice, cookie, create } = await somebody()
      const [bakery, lettings] = [await create('Harbour Bakery Ltd'), await create(LONG)]
      await happens(practice, bakery, ask.start('bank'))
      await happens(practice, bakery, ask.fail('bank', 'refused'))
      await happens(practice, bakery, ask.connect('bank'))
      await happens(practice, lettings, ask.decline())
      const page = await staff.visit(cookie, options)
      await page.goto('/me/profile')
      await bell(page, 'Notifications, 3 unread').click()
      const panel = page.getByRole('dialog')
      await panel.getByRole('region', { name: LONG }).waitFor()
      await demandUsable(page, `notices ${look}`)
    })
  },
)

test('notices arrive by themselves; opening the client marks one as read, and one press the rest', async () => {
  const { practice, cookie, create } = await somebody()
  const [bakery, physio] = [await create('Harbour Bakery Ltd'), await create('Tidewater Physio Ltd')]
  const page = await staff.visit(cookie)
  await page.goto('/me/profile')
  await bell(page, 'Notifications').click()
  const panel = page.getByRole('dialog')
  await panel.getByText('You’re up to date.').waitFor()
  await settled(page)
  await picture(page, 'notices none')
  await demandAccessible(page)
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })

  await happens(practice, bakery, ask.connect('bank'))
  await bell(page, 'Notifications, 1 unread').waitFor()
  await page.getByRole('status').filter({ hasText: '1 unread notification' }).waitFor({ state: 'attached' })
  await happens(practice, physio, ask.decline())
  await bell(page, 'Notifications, 2 unread').click()
  await panel.getByText('Tidewater Physio Ltd').waitFor()
  expect(await panel.getByRole('heading', { level: 3 }).allTextContents()).toEqual([
    'Tidewater Physio Ltd',
    'Harbour Bakery Ltd',
  ])
  await panel.getByRole('link', { name: 'Bank connected, 2 accounts' }).click()
  await page.getByRole('heading', { name: 'Harbour Bakery Ltd', level: 1 }).waitFor()
  expect(new URL(page.url()).pathname).toBe(`/clients/${bakery}`)
  await bell(page, 'Notifications, 1 unread').click()
  await panel.getByRole('link', { name: /^Unread: / }).waitFor()
  expect(await panel.getByRole('link', { name: /^Unread: / }).allTextContents()).toEqual([
    expect.stringContaining('Declined: no wish to share'),
  ])
  const marked = page.waitForResponse('**/api/v1/notices/read')
  await panel.getByRole('button', { name: 'Mark all read' }).click()
  await bell(page, 'Notifications').waitFor()
  await marked
  await page.reload()
  await bell(page, 'Notifications').click()
  await panel.getByRole('link', { name: /^Declined/ }).waitFor()
  await panel.getByRole('link', { name: 'Change what you get' }).click()
  await page.getByRole('heading', { name: 'Notifications', level: 1 }).waitFor()
})

test('a client opened by any other way is read too, there and for good', async () => {
  const { practice, cookie, create } = await somebody()
  const [bakery, physio] = [await create('Harbour Bakery Ltd'), await create('Tidewater Physio Ltd')]
  for (const id of [bakery, physio]) await happens(practice, id, ask.decline())
  const page = await staff.visit(cookie)
  await page.goto('/clients?view=all')
  await bell(page, 'Notifications, 2 unread').waitFor()
  const marked = page.waitForResponse('**/api/v1/notices/read')
  await page.getByRole('link', { name: 'Harbour Bakery Ltd' }).click()
  await bell(page, 'Notifications, 1 unread').waitFor()
  await marked
  await page.goto(`/clients/${physio}/settings`)
  await bell(page, 'Notifications').waitFor()
  await expect.poll(() => page.evaluate(async () => (await (await fetch('/api/v1/notices')).json()).unread)).toBe(0)
})

test('a refused mark is taken back and said', async () => {
  const { practice, cookie, create } = await somebody()
  await happens(practice, await create('Harbour Bakery Ltd'), ask.decline())
  const page = await staff.visit(cookie)
  await page.route('**/api/v1/notices/read', (route) => route.abort())
  await page.goto('/me/profile')
  await bell(page, 'Notifications, 1 unread').click()
  await page.getByRole('button', { name: 'Mark all read' }).click()
  await page.getByRole('alert').filter({ hasText: 'offline' }).waitFor()
  await bell(page, 'Notifications, 1 unread').waitFor()
})

test('the choice of notices is saved and holds for later events; support has no bell', async () => {
  const { practice, cookie, create } = await somebody()
  const page = await staff.visit(cookie)
  await page.goto('/me/notifications')
  const choice = (name: string) => page.getByRole('checkbox', { name, exact: true })
  expect(await choice('A client declines: In app').isChecked()).toBe(true)
  expect(await choice('A client accepts: In app').isChecked()).toBe(false)
  await choice('A client declines: In app').uncheck()
  await page.getByRole('radio', { name: 'All clients I can see' }).check()
  await picture(page, 'notices chosen')
  await demandAccessible(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.reload()
  await page.getByRole('radio', { name: 'All clients I can see', checked: true }).waitFor()
  expect(await choice('A client declines: In app').isChecked()).toBe(false)
  const client = await create('Harbour Bakery Ltd')
  await happens(practice, client, ask.decline())
  await happens(practice, client, ask.connect('bank'))
  await bell(page, 'Notifications, 1 unread').waitFor()

  const support = await staff.visit((await somebody('support')).cookie)
  await support.goto('/me/notifications')
  await support.getByText('Only people who work in a practice are told of its clients.').waitFor()
  await demandAccessible(support)
  expect(await support.getByRole('button', { name: /^Notifications/ }).count()).toBe(0)
})
