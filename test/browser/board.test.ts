import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { demandAccessible, demandUsable, looks, phone, picture, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

const LONG = 'Foxglove Lettings and Property Management Services North Ltd'

beforeAll(async () => {
  const { api } = staff
  for (const name of ['Harbour Bakery Ltd', LONG, 'Bounced Ltd', 'Declined Ltd', 'At The Bank Ltd', 'Gone Ltd']) {
    await staff.add(name)
  }
  await api.perform(await staff.add('Moorhen Music', { invitation: null }), { do: 'provision' })
  await api.report(staff.idOf('Bounced Ltd'), 'bounced', 'The mailbox does not exist.')
  await api.post(`onboardings/${staff.idOf('Declined Ltd')}/decline`, { reason: 'other' })
  await api.post(`onboardings/${staff.idOf('Gone Ltd')}/cancel`, { reason: 'Left us.' })
  await api.accept(staff.idOf('At The Bank Ltd'))
  // Otherwise it would wait for the practice as well, to connect the books.
  await api.post(`onboardings/${staff.idOf('At The Bank Ltd')}/steps/books/skip`)
  await api.owner`UPDATE organisation SET account_manager_id = ${(await staff.rosa()).id} WHERE name = 'Harbour Bakery Ltd'`
})

const column = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
const card = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })

describe.each(looks)('at %s', (name, options) => {
  test('every client stands where it is on its way, with its sentence, its age and whose move it is', async () => {
    const page = await staff.open('/clients/board', options)
    const isPhone = name.startsWith('390')
    if (isPhone) {
      // A phone shows one column at a time, named in the address.
      await column(page, 'Not invited').waitFor()
      await page
        .getByRole('textbox', { name: 'Column' })
        .or(page.getByRole('combobox', { name: 'Column' }))
        .click()
      await page.getByRole('option', { name: 'Invited 3', exact: true }).click()
      await page.waitForURL(/column=invited/)
      await card(page, 'Bounced Ltd').waitFor()
      expect(
        await page
          .getByRole('region')
          .filter({ has: page.getByRole('heading', { level: 2 }) })
          .count(),
      ).toBe(1)
      await page.getByRole('link', { name: 'Add client' }).waitFor()
    } else {
      const held = {
        'Not invited': ['Moorhen Music'],
        Invited: ['Harbour Bakery Ltd', LONG, 'Bounced Ltd'],
        'Expired, declined': ['Declined Ltd'],
        Bank: ['At The Bank Ltd'],
      }
      for (const [title, clients] of Object.entries(held)) {
        for (const client of clients) await column(page, title).getByText(client, { exact: true }).waitFor()
        expect(await column(page, title).locator('[data-card]').count()).toBe(clients.length)
        // The counts arrive a little later than the cards.
        await column(page, title)
          .filter({ hasText: new RegExp(`^${title}${clients.length} clients?`) })
          .waitFor()
      }
      expect(await column(page, 'Books').textContent()).toMatch(/– None$/)
      expect(await card(page, 'Harbour Bakery Ltd').getByText('RM').getAttribute('title')).toBe('Rosa Marsh')
      // The board has no cancelled clients; only the list does.
      expect(await page.getByText('Gone Ltd').count()).toBe(0)
    }
    const bounced = card(page, 'Bounced Ltd')
    expect(await bounced.textContent()).toMatch(/Us.*Email bounced: correct it/)
    expect(await bounced.getAttribute('data-health')).toBe('danger')
    await bounced.getByRole('img', { name: 'Failed' }).waitFor()
    await demandUsable(page, `board ${name}`)
  })
})

test('the board is worked by keys alone, and its query is the list’s', async () => {
  const page = await staff.open('/clients/board?sort=newest')
  await card(page, 'Bounced Ltd').waitFor()
  await card(page, 'At The Bank Ltd').waitFor()
  const isOn = (name: string) => page.waitForFunction((text) => document.activeElement?.textContent === text, name)
  await page.keyboard.press('j')
  await isOn('Moorhen Music')
  await page.keyboard.press('l')
  await isOn('Bounced Ltd')
  await page.keyboard.press('j')
  await isOn(LONG)
  await page.keyboard.press('k')
  await isOn('Bounced Ltd')
  await page.keyboard.press('l')
  await page.keyboard.press('l')
  await isOn('At The Bank Ltd')
  await picture(page, 'board focus')
  // Columns without cards are skipped, and the last column is the end.
  await page.keyboard.press('l')
  await isOn('At The Bank Ltd')
  await page.keyboard.press('h')
  await isOn('Declined Ltd')
  await page.getByRole('link', { name: /Waiting for us/ }).click()
  await page.waitForURL(/\/clients\/board\?.*view=us/)
  await card(page, 'At The Bank Ltd').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'List', exact: true }).click()
  await page.waitForURL(/\/clients\?.*view=us/)
  await page.getByRole('row', { name: /^Moorhen Music,/ }).waitFor()
  await page.getByRole('link', { name: 'Board', exact: true }).click()
  await page.waitForURL(/\/clients\/board\?.*view=us/)
  await card(page, 'Moorhen Music').waitFor()
  await page.getByRole('searchbox').fill('declined')
  await card(page, 'Moorhen Music').waitFor({ state: 'detached' })
  await expect.poll(() => page.locator('[data-card]').allTextContents()).toEqual(['Declined Ltd'])
  await page.getByRole('searchbox').fill('nobody of this name')
  await page.getByRole('heading', { name: 'No client matches “nobody of this name”' }).waitFor()
  await page.goto('/clients/board')
  await card(page, 'Harbour Bakery Ltd').getByRole('link').focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/clients/${staff.idOf('Harbour Bakery Ltd')}`)
})

test('a row and a card have a menu of what may be done now, by pointer and by key; what can be undone is', async () => {
  await staff.add('Managed Ltd')
  const page = await staff.open('/clients?view=all&q=managed')
  const row = page.getByRole('row', { name: /^Managed Ltd,/ })
  await row.waitFor()
  await row.focus()
  await page.keyboard.press('.')
  const menu = page.getByRole('menu', { name: 'Manage Managed Ltd' })
  await menu.waitFor()
  expect(await menu.getByRole('menuitem').allTextContents()).toEqual([
    'OpenEnter',
    'Resend invitationr',
    'Copy linky',
    'Extende',
    'Snooze',
    'Assigna',
    'Business settings',
    'Cancel onboarding',
  ])
  await page.waitForFunction(() => document.activeElement?.textContent === 'OpenEnter')
  await picture(page, 'row menu')
  await demandAccessible(page)
  await page.keyboard.press('Escape')
  await menu.waitFor({ state: 'detached' })
  await page.waitForFunction(() => document.activeElement?.matches('[data-row]'))
  await row.hover()
  await page.getByRole('button', { name: 'Manage Managed Ltd' }).click()
  await menu.getByRole('menuitem', { name: /^Snooze/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click()
  await row.getByText(/^Snoozed until/).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await row.getByText('Sending the invitation').waitFor()
  await expect
    .poll(async () => (await staff.api.call(`onboardings/${staff.idOf('Managed Ltd')}`)).body.snoozedUntil)
    .toBeNull()

  await page.goto('/clients/board?q=managed')
  await card(page, 'Managed Ltd').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('.')
  await menu.waitFor()
  await picture(page, 'card menu')
  await menu.getByRole('menuitem', { name: 'Cancel onboarding' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Reason' }).fill('They merged.')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel onboarding' }).click()
  await card(page, 'Managed Ltd').getByText('Moved to Cancelled').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Undone', { exact: true }).waitFor()
  expect((await staff.api.call(`onboardings/${staff.idOf('Managed Ltd')}`)).body.status).toBe('invited')
  // Without a pointer the button of the menu is always visible.
  const small = await staff.open('/clients/board?column=invited', phone)
  await small.getByRole('button', { name: 'Manage Managed Ltd' }).click()
  await small.getByRole('menuitem', { name: /^Copy link/ }).waitFor()
  await picture(small, 'card menu 390')
  await demandAccessible(small)
  await small.goto('/clients?view=all&q=managed')
  await small.getByRole('button', { name: 'Manage Managed Ltd' }).click()
  await small.getByRole('menuitem', { name: 'Snooze' }).waitFor()
  await picture(small, 'list menu 390')
  await demandAccessible(small)
  await small.getByRole('menuitem', { name: 'Open' }).click()
  await small.waitForURL(`**/clients/${staff.idOf('Managed Ltd')}`)
})

test('snoozing and assigning show before the server has answered, and are undone with a message if it refuses', async () => {
  await staff.add('Sudden Ltd')
  const page = await staff.open('/clients?view=all&q=sudden')
  const row = page.getByRole('row', { name: /^Sudden Ltd,/ })
  const does = async (verb: string) => {
    await row.hover()
    await page.getByRole('button', { name: 'Manage Sudden Ltd' }).click()
    await page.getByRole('menuitem', { name: new RegExp(`^${verb}`) }).click()
  }
  const dialog = page.getByRole('dialog')
  /** Holds requests back until they are released: to go on, or to be refused. */
  const hold = async (path: string) => {
    const { promise: free, resolve: letGo } = Promise.withResolvers<'on' | 'refused'>()
    await page.route(path, async (route) =>
      (await free) === 'on'
        ? route.continue()
        : route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"code":"internal"}' }),
    )
    return { letGo, isOver: () => page.unroute(path) }
  }
  const first = await hold('**/snooze')
  await does('Snooze')
  await dialog.getByRole('button', { name: 'Snooze' }).click()
  await row.getByText(/^Snoozed until/).waitFor()
  expect((await staff.api.call(`onboardings/${staff.idOf('Sudden Ltd')}`)).body.snoozedUntil).toBeNull()
  first.letGo('on')
  await page.getByRole('button', { name: 'Undo' }).click()
  await row.getByText('Sending the invitation').waitFor()
  await first.isOver()

  // A live reload because of another colleague's act does not undo the optimistic value.
  const second = await hold('**/manager')
  const reading = await hold(`**/onboardings/${staff.idOf('Sudden Ltd')}`)
  await does('Assign')
  await dialog.getByRole('combobox', { name: 'Account manager' }).click()
  await page.getByRole('option', { name: 'Rosa Marsh' }).click()
  await Promise.all([
    page.waitForRequest(`**/onboardings/${staff.idOf('Sudden Ltd')}`),
    staff.api.post(`onboardings/${staff.idOf('Sudden Ltd')}/snooze`, { until: inDays(7) }),
  ])
  await dialog.getByRole('button', { name: 'Assign' }).click()
  await row.getByTitle('Rosa Marsh').waitFor()
  reading.letGo('on')
  await row.getByText(/^Snoozed until/).waitFor()
  expect(await row.getByTitle('Rosa Marsh').count()).toBe(1)
  await reading.isOver()
  await staff.api.post(`onboardings/${staff.idOf('Sudden Ltd')}/resume`)
  await row.getByText('Sending the invitation').waitFor()
  expect(await row.getByTitle('Rosa Marsh').count()).toBe(1)
  second.letGo('refused')
  await page.getByRole('alert').waitFor()
  await row.getByTitle('Rosa Marsh').waitFor({ state: 'detached' })
  await second.isOver()

  await row.getByRole('link').click()
  const situation = page.getByRole('region', { name: 'Situation' })
  await situation.getByText('Sending the invitation').waitFor()
  const third = await hold('**/snooze')
  await page.getByRole('region', { name: 'Coming up' }).getByRole('button', { name: 'Snooze' }).click()
  await dialog.getByRole('button', { name: 'Snooze' }).click()
  await situation.getByText(/^Snoozed until/).waitFor()
  third.letGo('refused')
  await page.getByRole('alert').waitFor()
  await situation.getByText(/^Snoozed until/).waitFor({ state: 'detached' })
})

test('a search is saved under a name beside the views, for its owner or for everyone', async () => {
  const page = await staff.open('/clients?view=all')
  await page.getByRole('row', { name: /^Moorhen Music,/ }).waitFor()
  await page.getByRole('searchbox').fill('moorhen')
  await page.waitForURL(/q=moorhen/)
  await page.getByRole('button', { name: 'Save view' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save view' })
  await dialog.getByRole('textbox', { name: 'Name' }).fill('The Moorhens')
  await dialog.getByRole('checkbox', { name: 'For everyone in the practice' }).check()
  await picture(page, 'save view')
  await demandAccessible(page)
  // An error of a field that the dialog does not have is shown above the buttons.
  const errors = [{ field: 'search', code: 'invalid', message: 'Not like this.' }]
  const refusal = JSON.stringify({ code: 'validation', detail: 'There is a problem with 1 field.', errors })
  await page.route('**/api/v1/views', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 422, contentType: 'application/problem+json', body: refusal })
      : route.continue(),
  )
  await dialog.getByRole('button', { name: 'Save view' }).click()
  await dialog.getByRole('alert').waitFor()
  await page.unroute('**/api/v1/views')
  await dialog.getByRole('button', { name: 'Save view' }).click()
  await dialog.waitFor({ state: 'detached' })
  const named = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'The Moorhens' })
  expect(await named.getAttribute('aria-current')).toBe('page')
  await picture(page, 'saved view')

  const other = await staff.visit(
    await staff.api.signIn(await staff.api.createPerson('standard', staff.api.practice, { name: 'Tom Hale' })),
  )
  await other.goto('/clients/board')
  await other.getByRole('link', { name: 'The Moorhens' }).click()
  await other.waitForURL(/\/clients\?.*q=moorhen/)
  await other.waitForFunction(() => document.querySelector<HTMLInputElement>('input[type=search]')?.value === 'moorhen')
  // Only a person who may share a view with everyone may delete it.
  expect(await other.getByRole('button', { name: 'Delete view' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Delete view' }).click()
  await named.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Save view' }).waitFor()
})

test('a card whose client went on stays where it is and says so, until the change is asked for', async () => {
  await staff.add('Live Ltd')
  const page = await staff.open('/clients/board')
  await card(page, 'Live Ltd').waitFor()
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/api/v1/onboardings/counts')),
  )
  await staff.api.post(`onboardings/${staff.idOf('Live Ltd')}/decline`, { reason: 'other' })
  await column(page, 'Invited').getByText('Moved to Expired, declined').waitFor()
  await page.getByRole('button', { name: 'Show 1 change' }).click()
  await column(page, 'Expired, declined').getByText('Live Ltd').waitFor()
  await column(page, 'Invited').getByText('Live Ltd').waitFor({ state: 'detached' })
})

test('a column shows fifty, and more when asked; what can’t be loaded is tried again', async () => {
  const many = await staff.api.createPractice()
  const made = Array.from({ length: 101 }, (_, n) => ({ organisation: { name: `Client ${n}` }, invitation: null }))
  await Promise.all(made.map((one) => staff.api.create(one, many.key)))
  const person = await staff.api.createPerson('practice_admin', many)
  const page = await staff.visit(await staff.api.signIn(person))
  await page.route('**/api/v1/onboardings/board?*', (route) => route.abort())
  await page.goto('/clients/board')
  await page.getByRole('heading', { name: 'We couldn’t load your clients' }).waitFor({ timeout: 20_000 })
  await page.unroute('**/api/v1/onboardings/board?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  const first = column(page, 'Not invited')
  await first.getByText('99+').waitFor()
  // A few are drawn first.
  await page.waitForFunction(() => document.querySelectorAll('[data-card]').length === 50)
  await first.getByRole('button', { name: 'Show more' }).click()
  await page.waitForFunction(() => document.querySelectorAll('[data-card]').length === 100)
})
