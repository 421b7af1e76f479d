import { describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../domain/situation.ts'
import { age } from '../age.ts'
import { line, manage, region, useClientPage } from './clientPage.ts'
import { demandAccessible, demandUsable, desktop, looks, phone, picture, tablet, unfold } from './staffBrowser.ts'

const { accepted, open, staff } = useClientPage()

describe.each(looks)('a client at %s', (name, options) => {
  test('shows its steps, connections, invitation and next touches, to everybody', async () => {
    const { id } = await accepted('Tidewater Physio Ltd', ['bank', 'books'])
    const page = await open(`/clients/${id}`, options)
    await line(page, 'Match').getByText('0 of 3 matched').waitFor()
    await line(page, 'Books').getByText('Xero: Tidewater Physiotherapy').waitFor()
    await demandUsable(page, `detail ${name}`)
    for (const part of ['Connections', 'People', 'About', 'Timeline']) {
      await unfold(page, part)
      await region(page, part).getByRole('heading', { name: part }).waitFor()
    }
    await region(page, 'Connections').getByText('access until').waitFor()
    await region(page, 'About').getByText('United Kingdom').waitFor()
    await region(page, 'Timeline').getByText('Client added').waitFor()
    await demandUsable(page, `detail whole ${name}`, { fullPage: true })
  })
})

test('the row of a step that is open has its likely verb, and does what the banner’s button does', async () => {
  const { id } = await accepted('Verb Ltd', ['bank', 'books'])
  const page = await open(`/clients/${id}`)
  await line(page, 'Match').getByRole('button', { name: 'Match accounts: Match' }).click()
  await page.waitForURL(`**/clients/${id}/match`)
})

test('a step is skipped with a reason, brought back, marked done with evidence, reopened and handed over', async () => {
  const { id } = await accepted('Step Ltd')
  const page = await open(`/clients/${id}`)
  const dialog = page.getByRole('dialog')
  await manage(page, 'Bank', 'Skip')
  await dialog.getByRole('heading', { name: 'Skip the bank?' }).waitFor()
  expect(await dialog.getByRole('button', { name: 'Skip' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Reason').fill('They bank on paper.')
  await picture(page, 'detail skip')
  await demandAccessible(page)
  await dialog.getByRole('button', { name: 'Skip' }).click()
  await line(page, 'Bank').getByText('They bank on paper.').waitFor()
  // Skipped steps come last, and the matching step has nothing to do.
  await line(page, 'Match').getByText('the bank is not connected in Embark').waitFor()
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Undone', { exact: true }).waitFor()
  await line(page, 'Bank').getByText('To do').waitFor()

  await manage(page, 'Bank', 'Mark done')
  await dialog.getByLabel('Evidence').fill('Statements came by post.')
  await dialog.getByRole('button', { name: 'Mark done' }).click()
  await line(page, 'Bank').getByText('Done').waitFor()
  await line(page, 'Bank').getByText('Statements came by post.').waitFor()
  await page.keyboard.press('z')
  await page.getByText('Undone', { exact: true }).waitFor()
  await line(page, 'Bank').getByText('To do').waitFor()

  await manage(page, 'Books', 'Hand to client')
  await line(page, 'Books').getByText('Client', { exact: true }).waitFor()
  await page.getByText('Handed the books to Jo.').waitFor()
  await manage(page, 'Books', 'Copy connection link')
  await page.getByText('Link copied. It works once, for 7 days').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\/connect\/[0-9a-f-]{36}$/)
})

/** Returns true if the parts of a client's page have the layout of a width: folded, stacked, or side by side. */
const isLaidOutFor = (width: number): boolean => {
  const [steps, invitation] = ['steps', 'invitation'].map((id) => document.getElementById(id))
  const isBeside = (invitation?.getBoundingClientRect().left ?? 0) > (steps?.getBoundingClientRect().right ?? 0)
  const folds = steps?.querySelector('button') !== null
  return folds === width < 768 && isBeside === width >= 1024
}

test('turning a tablet or a phone closes no dialog, and what was typed in it is kept', async () => {
  const { id } = await accepted('Turned Ltd', ['books'])
  const page = await open(`/clients/${id}`, { ...tablet, viewport: { width: 1024, height: 768 } })
  const dialog = page.getByRole('dialog')
  await manage(page, 'Bank', 'Skip')
  await dialog.getByLabel('Reason').fill('They bank on paper.')
  for (const viewport of [tablet.viewport, phone.viewport, desktop.viewport, tablet.viewport]) {
    await page.setViewportSize(viewport)
    await page.waitForFunction(isLaidOutFor, viewport.width)
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('They bank on paper.')
  }
  await dialog.getByRole('button', { name: 'Skip' }).click()
  await line(page, 'Bank').getByText('They bank on paper.').waitFor()

  await manage(page, 'Books', 'Disconnect')
  await dialog.getByRole('heading', { name: 'Disconnect Xero from Turned Ltd?' }).waitFor()
  await page.setViewportSize(desktop.viewport)
  await page.waitForFunction(isLaidOutFor, desktop.viewport.width)
  expect(await dialog.getByRole('heading').textContent()).toBe('Disconnect Xero from Turned Ltd?')
})

test('a page that was read ahead shows what changed before it was opened', async () => {
  const { id } = await accepted('Ahead Ltd')
  const page = await staff.asRosa()
  const isLive = page.waitForResponse('**/api/v1/live*')
  await page.goto('/clients?view=all')
  await isLive
  const row = page.getByRole('row').filter({ hasText: 'Ahead Ltd' })
  const isRead = page.waitForResponse(`**/api/v1/onboardings/${id}`)
  await row.hover()
  await isRead
  await staff.api.post(`onboardings/${id}/cancel`, { reason: 'They left us.' })
  await row.getByText('Cancelled').first().waitFor()
  await row.getByRole('link', { name: 'Ahead Ltd' }).click()
  await page.getByText('Cancelled by Test: They left us.').first().waitFor()
})

test('a page shows what changed after it was read and before its stream was open', async () => {
  const { id } = await accepted('Early Ltd')
  const page = await staff.asRosa()
  const isRead = page.waitForResponse(`**/api/v1/onboardings/${id}`)
  // The stream opens once the change is made.
  await page.route('**/api/v1/live*', async (route) => {
    await isRead
    await staff.api.post(`onboardings/${id}/cancel`, { reason: 'They left us.' })
    await route.continue()
  })
  await page.goto(`/clients/${id}`)
  await page.getByText('Cancelled by Test: They left us.').first().waitFor()
})

test('a live change is marked once, and nothing moves with reduced motion', async () => {
  const { id } = await accepted('Live Ltd')
  const page = await staff.asRosa()
  const isLive = page.waitForResponse('**/api/v1/live*')
  await page.goto(`/clients/${id}`)
  await line(page, 'Books').getByText('Us', { exact: true }).waitFor()
  await isLive
  expect(await page.locator('[data-fresh]').count()).toBe(0)
  const hand = (owner: string) => staff.api.call(`onboardings/${id}/steps/books`, { method: 'PATCH', body: { owner } })
  const motion = () =>
    page
      .locator('[data-fresh]', { hasText: 'Books' })
      .first()
      .evaluate((element) => getComputedStyle(element).animationName)
  await hand('client')
  expect(await motion()).toBe('fresh')
  expect(await line(page, 'Bank').getAttribute('data-fresh')).toBeNull()
  await page.locator('[data-fresh]').first().waitFor({ state: 'detached' })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await hand('practice')
  expect(await motion()).toBe('none')
})

test('the effects of disconnecting are named before it, and the step opens again', async () => {
  const { id } = await accepted('Cut Ltd', ['bank'])
  const page = await open(`/clients/${id}`)
  await manage(page, 'Bank A', 'Disconnect')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Reading 3 accounts stops now; their matches are removed.').waitFor()
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await dialog.getByText(/’s bank app may still list TrueLayer until \d+ \w{3}( \d{4})?\.$/).waitFor()
  await picture(page, 'detail disconnect')
  await demandAccessible(page)
  await dialog.getByRole('button', { name: 'Disconnect' }).click()
  await line(page, 'Bank').getByText('Lost').waitFor()
  await page.getByText('It can also be removed at Bank A').waitFor()
  const rows = await staff.api.owner`SELECT FROM connection WHERE onboarding_id = ${id} AND state = 'connected'`
  expect(rows.count).toBe(0)
})

test('one acceptance uses its channel and turns the other off; whom it went to is the contact, and a namesake is shown', async () => {
  const { owner, create, accept } = staff.api
  const { id } = await create({
    organisation: { name: 'Twice Invited Ltd' },
    invitation: { name: 'Lena Ortiz', email: 'lena@twice.example', phone: '07400 123456', channels: ['email', 'sms'] },
  })
  await owner`UPDATE message SET state = 'delivered' WHERE onboarding_id = ${id}`
  await accept(id)
  const page = await open(`/clients/${id}`)
  const attempt = (way: string) => region(page, 'Invitation').getByRole('listitem').filter({ hasText: way })
  await attempt('lena@twice.example').getByText('Used').waitFor()
  await attempt('07400 123456').getByText('Off', { exact: true }).waitFor()
  await region(page, 'About').getByText('Lena Ortiz, lena@twice.example, 07400 123456').waitFor()
  await picture(page, 'detail used and off')
  await demandAccessible(page)

  await page.goto('/clients/new')
  await page.getByRole('combobox', { name: 'Company name' }).fill('twice invited ltd')
  await page.getByRole('button', { name: 'Create' }).click()
  const told = page.getByRole('status').filter({ hasText: 'You already have a client called twice invited ltd.' })
  await told.getByRole('link', { name: 'Open it' }).waitFor()
  await picture(page, 'detail namesake')
  await told.getByRole('link', { name: 'Open it' }).click()
  await page.waitForURL(new RegExp(`${id}$`))
  await page.getByRole('heading', { name: 'Twice Invited Ltd', level: 1 }).waitFor()
})

test('a client is gone through by keys: its list one by one, tabs, verbs, its summary, and what happened', async () => {
  const names = ['Listed A Ltd', 'Listed B Ltd', 'Listed C Ltd']
  for (const name of names) await staff.api.create({ organisation: { name } })
  const page = await open('/clients?view=all&q=Listed')
  const title = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()
  await page.getByRole('link', { name: names[2] }).waitFor()
  const shown = await page.locator('tbody th a').allTextContents()
  await page.locator('tbody th a').first().click()
  await title(shown[0]!)
  await page.getByText('1 of 3 in “Listed”').waitFor()
  await page.keyboard.press(']')
  await title(shown[1]!)
  await page.getByText('2 of 3 in “Listed”').waitFor()
  await picture(page, 'detail placed')
  await page.keyboard.press('[')
  await title(shown[0]!)
  await page.keyboard.press('2')
  await page.getByRole('heading', { name: 'Users', level: 2 }).waitFor()
  await page.keyboard.press(']')
  await page.waitForURL((url) => url.pathname.endsWith('/users'))
  await title(shown[1]!)
  await page.keyboard.press('1')
  await page.waitForURL(/clients\/[0-9a-f-]{36}$/)

  await page.getByRole('button', { name: 'Copy summary' }).click()
  await page.getByText('Summary copied').waitFor()
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).split('\n')
  expect(lines).toHaveLength(5)
  expect(lines[0]).toBe(shown[1])
  expect(lines[1]).toMatch(/^(Setting up|Invited): /)
  expect(lines[2]).toMatch(/^(Waiting for: (Jo|Embark), since|Since) /)
  expect(lines[4]).toMatch(/^Contact: Jo Marsden, jo\..* · Account manager: none$/)
  // When the browser forbids copying, the text can be selected.
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'))
  })
  await page.getByRole('button', { name: 'Copy summary' }).click()
  const byHand = page.getByLabel('Copying isn’t allowed here. Select the summary below and copy it.')
  expect((await byHand.inputValue()).split('\n')).toEqual(lines)
  await page.getByRole('alert').getByRole('button', { name: 'Close' }).click()
  await byHand.waitFor({ state: 'detached' })

  await page.keyboard.press('e')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Extend' }).click()
  await page.getByText(/^The link works until /).waitFor()
  const timeline = region(page, 'Timeline')
  await timeline.getByText(/^Link works until/).waitFor()
  await page.getByRole('combobox', { name: 'Show in the timeline' }).click()
  await page.getByRole('option', { name: 'Messages' }).click()
  await timeline.getByText(/^Link works until/).waitFor({ state: 'detached' })
  await timeline.getByText('Invited by email').waitFor()

  // Keys typed into a field are not the page's shortcuts.
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('a')
  await dialog.getByRole('combobox', { name: 'Account manager' }).click()
  await page.getByRole('option', { name: 'Rosa Marsh' }).click()
  await dialog.getByRole('button', { name: 'Assign' }).click()
  await page.getByText('Assigned to Rosa Marsh.').waitFor()
  await region(page, 'People').getByText('Rosa Marsh').waitFor()
  await page.keyboard.press('z')
  await page.getByText('Undone', { exact: true }).waitFor()
  await region(page, 'People').getByText('Nobody').waitFor()

  await page.keyboard.press('u')
  await page.waitForURL(/\/clients\?.*q=Listed/)
})

test('acts on steps and reminders are undone from the timeline at any time later', async () => {
  const { id } = await accepted('Taken Back Ltd')
  const { api } = staff
  await api.post(`onboardings/${id}/snooze`, { until: new Date(Date.now() + 3 * 86_400_000).toISOString() })
  for (const reason of ['Not yet', 'No bank']) {
    await api.post(`onboardings/${id}/steps/bank/skip`, { because: 'other', reason })
    if (reason === 'Not yet') await api.post(`onboardings/${id}/steps/bank/reopen`)
  }
  const page = await open(`/clients/${id}`)
  await region(page, 'Coming up').getByText('You’re reminded to connect Xero').first().waitFor()
  const timeline = region(page, 'Timeline')
  await timeline.getByText('No bank').waitFor()
  // Of two equal acts only the last can be undone.
  expect(await timeline.getByRole('button', { name: 'Undo: Bank skipped' }).count()).toBe(1)
  await picture(page, 'detail taken back')
  await demandAccessible(page)
  await timeline.getByRole('button', { name: 'Undo: Bank skipped' }).click()
  await page.getByText('Undone', { exact: true }).waitFor()
  await line(page, 'Bank').getByText('To do').waitFor()
  await timeline.getByRole('button', { name: /^Undo: Chasing stopped until/ }).click()
  await timeline.getByText('Chasing goes on').waitFor()
  expect(await timeline.getByRole('button', { name: /^Undo:/ }).count()).toBe(0)
  expect((await api.call(`onboardings/${id}`)).body.snoozedUntil).toBeNull()
})

test('an invitation is declined for the client, decided about, sent by text instead, snoozed, cancelled and reopened', async () => {
  const { owner, create } = staff.api
  const name = 'Invited Ltd'
  const { id } = await create({
    organisation: { name },
    invitation: { name: 'Jo Marsden', email: 'jo@invited.example', phone: '07400 123456', channels: ['email'] },
  })
  const bounce = () =>
    owner`UPDATE message SET state = 'bounced', reason = 'mailbox does not exist' WHERE onboarding_id = ${id}`
  const page = await open(`/clients/${id}`)
  const dialog = page.getByRole('dialog')
  const banner = region(page, 'Situation')
  const card = region(page, 'Invitation')
  const more = async (item: string) => {
    await card.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: item, exact: true }).click()
  }
  await card.getByText('Link 1 of 1').waitFor()
  await more('Decline for the client')
  await dialog.getByRole('combobox', { name: 'Reason' }).click()
  await page.getByRole('option', { name: 'They aren’t the right person' }).click()
  await dialog.getByLabel('Who to ask instead').fill('Sam Reed')
  await picture(page, 'detail decline')
  await demandAccessible(page)
  await dialog.getByRole('button', { name: 'Decline' }).click()
  await banner.getByText('Declined: ask Sam Reed instead').waitFor()

  await banner.getByRole('button', { name: 'Decide' }).click()
  await dialog.getByText('Ask instead: Sam Reed').waitFor()
  await picture(page, 'detail decide')
  await demandAccessible(page)
  await dialog.getByRole('button', { name: 'Close' }).click()
  // Moves past the minimum time between two sends.
  await age(owner, id, 2 * MINUTE_MS)
  await bounce()
  await more('Send by text instead')
  await dialog.getByRole('heading', { name: 'Resend to 07400 123456?' }).waitFor()
  await dialog.getByRole('button', { name: 'Resend' }).click()
  await page.getByText('Invitation sent to 07400 123456').waitFor()
  await card.getByText('Link 2 of 2').waitFor()
  await card.getByRole('button', { name: 'History' }).click()
  await card.getByText('mailbox does not exist').waitFor()
  await picture(page, 'detail history')
  await demandAccessible(page)

  await region(page, 'Coming up').getByRole('button', { name: 'Snooze' }).click()
  await dialog.getByRole('button', { name: 'Snooze' }).click()
  await banner.getByText(/^Snoozed until/).waitFor()
  await banner.getByRole('button', { name: 'Wake now' }).click()
  await banner.getByText(/^Snoozed until/).waitFor({ state: 'detached' })

  await more('Cancel onboarding')
  await dialog.getByLabel('Reason').fill('Left us')
  await dialog.getByRole('button', { name: 'Cancel onboarding' }).click()
  await banner.getByText('Cancelled by Rosa Marsh: Left us').waitFor()
  await age(owner, id, MINUTE_MS)
  await page.reload()
  await banner.getByRole('button', { name: 'Reopen' }).click()
  await dialog.getByText('It goes on where it was.').waitFor()
  await dialog.getByRole('button', { name: 'Reopen' }).click()
  await page.getByText(`Reopened ${name}`).waitFor()
  expect((await staff.api.call(`onboardings/${id}`)).body.status).not.toBe('cancelled')
})
