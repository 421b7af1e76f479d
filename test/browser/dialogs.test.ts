import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from './connected.ts'
import { demandUsable, looks, type StaffBrowser, startStaffBrowser, unfold } from './staffBrowser.ts'

let staff: StaffBrowser
let page: Page
beforeAll(async () => {
  staff = await startStaffBrowser()
  const rosa = await staff.api.createPerson('practice_admin', staff.api.practice, { name: 'Rosa Marsh' })
  const [, options] = looks[1]!
  page = await staff.visit(await staff.api.signIn(rosa), options)
})
afterAll(() => staff?.stop())

const NAME = 'Foxglove Lettings and Property Management Services North Ltd'
const invitation = {
  name: 'Bartholomew Featherstonehaugh',
  email: 'bartholomew@foxglove.example',
  phone: '07400 123456',
}

/** Demands that every button of a dialog can be scrolled into view and tapped, and that nothing is cut off. */
async function demandReach(dialog: Locator, name: string): Promise<void> {
  for (const button of await dialog.getByRole('button').all()) {
    await button.scrollIntoViewIfNeeded()
    const [box, size] = [await button.boundingBox(), page.viewportSize()]
    if (!box || !size) throw new Error(`${name}: a button that is not shown`)
    const label = (await button.getAttribute('aria-label')) ?? (await button.textContent())
    const isInside = box.x >= 0 && box.x + box.width <= size.width && box.y >= 0 && box.y + box.height <= size.height
    const isUncut = await button.evaluate((element) =>
      [element, ...element.querySelectorAll('span')].every((one) => one.scrollWidth <= one.clientWidth + 1),
    )
    expect([name, label, { isInside, isUncut, isLarge: box.height >= 43.5 }]).toEqual([
      name,
      label,
      { isInside: true, isUncut: true, isLarge: true },
    ])
  }
}

/** Checks the dialog that `open` brings up, and closes it. */
async function look(name: string, open: () => Promise<unknown>, close = 'Escape'): Promise<void> {
  await open()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await demandUsable(page, `dialogs ${name} 390`)
  await demandReach(dialog, name)
  await page.keyboard.press(close)
  await dialog.waitFor({ state: 'detached' })
}

const choose = async (menu: string, item: string) => {
  await page.getByRole('button', { name: menu, exact: true }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}
const visit = async (path: string) => {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
}

test('whatever is asked about a client can be answered on a phone', async () => {
  const { api } = staff
  const { id } = await api.create({ organisation: { name: NAME }, invitation })
  await visit(`/clients/${id}`)
  await look('resend', () => choose('More', 'Resend'))
  await look('another address', () => choose('More', 'Send to another address'))
  await page.route('**/api/v1/addresses/check', (route) => route.fulfill({ json: { inUse: true } }))
  await look('address in use', async () => {
    await choose('More', 'Send to another address')
    await page.getByLabel('Email').fill('somebody.else@foxglove.example')
    await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('already belongs to someone on Embark').waitFor()
  })
  await look('extend', () => choose('More', 'Extend'))
  await look('snooze', () => choose('More', 'Snooze until'))
  await look('decline', () => choose('More', 'Decline for the client'))
  await look('cancel', () => choose('More', 'Cancel onboarding'))
  await look('assign', () => choose('Manage', 'Assign'))
  await look('skip', () => choose('Manage Bank', 'Skip'))
  await look('mark done', () => choose('Manage Books', 'Mark done'))
  await look('keys', () => page.keyboard.press('?'))
  await look('palette', () => page.keyboard.press('Control+k'))
  await api.post(`onboardings/${id}/decline`, {
    reason: 'not_the_right_person',
    note: 'Sam Reed, sam@foxglove.example',
  })
  await page.getByRole('region', { name: 'Situation' }).getByText('Declined: ask').waitFor()
  await look('decide', () => page.getByRole('button', { name: 'Decide', exact: true }).click())
}, 150_000)

test('ending a connection, and erasing a client, can be asked for on a phone', async () => {
  const { api } = staff
  const made = await api.create({ organisation: { name: 'Accepted and Connected Ltd' } })
  await api.accept(made.id)
  await connect(api, made, 'bank')
  await visit(`/clients/${made.id}`)
  await unfold(page, 'Connections')
  await look('disconnect', () => choose('Manage Bank A', 'Disconnect'))
  await visit(`/clients/${made.id}/settings/erase`)
  await page.getByRole('button', { name: 'Erase for good' }).waitFor()
  await demandUsable(page, 'dialogs erase 390')
})

test('several clients are worked on, and a view is saved, on a phone', async () => {
  for (const n of [1, 2]) await staff.api.create({ organisation: { name: `Several ${n}, ${NAME}`.slice(0, 60) } })
  const gone = await staff.api.create({ organisation: { name: 'Several and gone Ltd' } })
  await staff.api.post(`onboardings/${gone.id}/cancel`, { reason: 'Gone.' })
  await visit('/clients?view=all&q=several')
  await look('save view', () => page.getByRole('button', { name: 'Save view' }).click())
  for (const card of await page.getByRole('listitem').filter({ hasText: 'Several' }).all()) {
    await card.dispatchEvent('pointerdown')
    await page.waitForTimeout(600)
    await card.dispatchEvent('pointerup')
  }
  await page.getByText('3 selected').waitFor()
  await demandUsable(page, 'dialogs selected 390')
  const dialog = page.getByRole('dialog')
  await look('bulk extend', () => page.getByRole('button', { name: 'Extend', exact: true }).click())
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await dialog.getByText('2 will be cancelled. 1 won’t').waitFor()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('They merged.')
  await demandUsable(page, 'dialogs bulk 390')
  await demandReach(dialog, 'bulk')
  await dialog.getByRole('button', { name: 'Cancel onboarding' }).click()
  await dialog.getByText('2 cancelled, 1 not.').waitFor()
  await demandUsable(page, 'dialogs bulk results 390')
  await demandReach(dialog, 'bulk results')
})
