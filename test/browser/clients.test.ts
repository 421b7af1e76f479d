import type { BrowserContextOptions, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { giveConsent } from '../giveConsent.ts'
import { demandAccessible, demandUsable, desktop, looks, picture, tablet, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()

const LONG = 'Foxglove Lettings and Property Management Services North Ltd'

const deliver = (name: string) => staff.api.report(staff.idOf(name), 'delivered')

beforeAll(async () => {
  const { api } = staff
  for (const name of ['Bounced Ltd', 'Harbour Bakery Ltd', 'Tidewater Physio Ltd', LONG, 'Left Ltd'])
    await staff.add(name)
  await api.perform(await staff.add('Moorhen Music', { invitation: null }), { do: 'provision' })
  await api.report(staff.idOf('Bounced Ltd'), 'bounced', 'The mailbox does not exist.')
  for (const name of ['Harbour Bakery Ltd', 'Tidewater Physio Ltd', LONG]) await deliver(name)
  await api.post(`onboardings/${staff.idOf('Left Ltd')}/cancel`, { reason: 'Left us.' })
  await api.owner`UPDATE organisation SET account_manager_id = ${(await staff.rosa()).id} WHERE name = 'Harbour Bakery Ltd'`
})

const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name},`) })
const names = (page: Page) => page.locator('tbody th a').allTextContents()

describe.each<[string, BrowserContextOptions]>([...looks, ['768', { ...tablet, colorScheme: 'dark' }]])(
  'at %s',
  (name, options) => {
    test('every client says what blocks it, whose move it is, since when and what happens next', async () => {
      const page = await staff.open('/clients?view=all', options)
      const isPhone = name.startsWith('390')
      const of = (client: string) =>
        isPhone ? page.getByRole('listitem').filter({ hasText: client }) : row(page, client)
      await of('Bounced Ltd').waitFor()
      const bounced = (await of('Bounced Ltd').textContent()) ?? ''
      expect(bounced).toMatch(/Us.*Email bounced: correct it/)
      expect(bounced).toMatch(/since \d\d:\d\d · nothing is sent until you do/)
      expect(await of('Harbour Bakery Ltd').textContent()).toMatch(
        /Client.*Jo to accept.*since .* · reminder \w{3} \d\d:\d\d/,
      )
      expect(await of('Moorhen Music').textContent()).toMatch(/Us.*Add a contact and invite/)
      // Stage, steps, age and manager are whole words at a desk, and so are the heads of their columns.
      const cut = await page.locator('table').evaluateAll((tables) =>
        tables
          .flatMap((table) => [...table.querySelectorAll('thead th, td:nth-child(n + 6), td:nth-child(3)')])
          .filter((cell) =>
            [cell, ...cell.querySelectorAll('*')].some(
              (one) => getComputedStyle(one).textOverflow === 'ellipsis' && one.scrollWidth > one.clientWidth,
            ),
          )
          .map(({ textContent }) => textContent),
      )
      if (name.startsWith('1440')) expect(cut).toEqual([])
      await demandUsable(page, `clients ${name}`)
    })

    test('a view without clients says why that is well, and leads on', async () => {
      const page = await staff.open('/clients?view=expired', options)
      await page.getByRole('heading', { name: 'No expired invitations' }).waitFor()
      await demandUsable(page, `clients empty ${name}`)
      await page.getByRole('link', { name: 'See all clients' }).click()
      await page.waitForURL(/view=all/)
    })
  },
)

test('the row is read as one sentence', async () => {
  const page = await staff.open('/clients?view=all')
  await row(page, 'Harbour Bakery Ltd').waitFor()
  expect(await row(page, 'Harbour Bakery Ltd').getAttribute('aria-label')).toMatch(
    /^Harbour Bakery Ltd, invited, waiting for client: Jo to accept, since .*, expires [A-Z][a-z]+day \d{1,2} [A-Z][a-z]{2,} \d\d:\d\d$/,
  )
  expect(await row(page, 'Harbour Bakery Ltd').getByText('RM').getAttribute('title')).toBe('Rosa Marsh')
})

test('views, words and filters stand in the address, and a reload shows the same', async () => {
  const page = await staff.open('/clients')
  await row(page, 'Bounced Ltd').waitFor()
  expect(await names(page)).toEqual(['Bounced Ltd'])
  await page.getByRole('link', { name: /^All\b/ }).click()
  await row(page, 'Moorhen Music').waitFor()
  await page.getByRole('searchbox').fill('tidew')
  await page.waitForURL(/q=tidew/)
  await page.waitForFunction(() => document.querySelectorAll('tbody th a').length === 1)
  await page.reload()
  await row(page, 'Tidewater Physio Ltd').waitFor()
  expect(await names(page)).toEqual(['Tidewater Physio Ltd'])
  await page.getByRole('searchbox').fill('nobody of this name')
  await page.getByRole('heading', { name: 'No client matches “nobody of this name”' }).waitFor()
  await page.getByRole('button', { name: 'Clear search' }).click()
  await row(page, 'Moorhen Music').waitFor()
  await page.getByRole('combobox', { name: 'Stage' }).click()
  await page.getByRole('option', { name: 'Cancelled' }).click()
  await page.waitForURL(/stage=cancelled/)
  await page.waitForFunction(() => document.querySelectorAll('tbody th a').length === 1)
  await page.keyboard.press('Escape')
  await demandAccessible(page)
  await page.reload()
  await row(page, 'Left Ltd').waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await row(page, 'Moorhen Music').waitFor()
  // The last used view opens next time.
  await page.goto('/clients')
  await row(page, 'Moorhen Music').waitFor()
})

test('filters behind More narrow the list, by keyboard alone and in the drawer of a phone', async () => {
  await staff.api.owner`
    UPDATE organisation SET solutions = '{vat,payroll}', software = 'sage' WHERE name = 'Harbour Bakery Ltd'`
  await staff.api.owner`UPDATE organisation SET solutions = '{payroll}' WHERE name = 'Moorhen Music'`
  const page = await staff.open('/clients?view=all')
  await row(page, 'Tidewater Physio Ltd').waitFor()
  await page.getByRole('button', { name: 'More', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Solution')
  await page.keyboard.press('ArrowDown')
  await page.getByRole('option', { name: 'Payroll' }).waitFor()
  const aimed = page.locator('[role=option][data-combobox-selected]')
  for (let n = 0; n < 8 && (await aimed.allTextContents())[0] !== 'Payroll'; n += 1) {
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Enter')
  await page.waitForURL(/solution=payroll/)
  await row(page, 'Moorhen Music').waitFor()
  await page.waitForFunction(() => document.querySelectorAll('tbody th a').length === 2)
  await demandAccessible(page)
  await picture(page, 'clients more open')
  await page.keyboard.press('Tab')
  await page.getByRole('option', { name: 'Payroll' }).waitFor({ state: 'hidden' })
  await page.getByRole('combobox', { name: 'Software' }).click()
  await page.getByRole('option', { name: 'Sage Accounting' }).click()
  await page.waitForURL(/software=sage/)
  await page.waitForFunction(() => document.querySelectorAll('tbody th a').length === 1)
  expect(await names(page)).toEqual(['Harbour Bakery Ltd'])
  await page.keyboard.press('Escape')
  const more = page.getByRole('button', { name: 'More 2' })
  await expect.poll(() => more.getAttribute('aria-expanded')).toBe('false')
  expect(await more.evaluate((one) => one === document.activeElement)).toBe(true)
  await picture(page, 'clients more filtered')
  await page.getByRole('button', { name: 'Remove Software: Sage Accounting' }).click()
  await page.waitForFunction(() => document.querySelectorAll('tbody th a').length === 2)
  const address = new URL(page.url())
  const phone = await staff.open(
    `${address.pathname}${address.search}`,
    looks.find(([name]) => name.startsWith('390'))?.[1],
  )
  await phone.getByText('Solution: Payroll').waitFor()
  await phone.getByRole('button', { name: 'Filters 1' }).click()
  await phone.getByRole('combobox', { name: 'Software' }).click()
  await phone.getByRole('option', { name: 'Sage Accounting' }).click()
  await picture(phone, 'clients more phone drawer')
  await phone.getByRole('button', { name: 'Show clients' }).click()
  await phone.getByText('Software: Sage Accounting').waitFor()
  await phone.getByRole('listitem').filter({ hasText: 'Moorhen Music' }).waitFor({ state: 'detached' })
  await demandUsable(phone, 'clients more filtered phone')
  await phone.getByRole('button', { name: 'Clear filters' }).click()
  await phone.getByRole('listitem').filter({ hasText: 'Moorhen Music' }).waitFor()
})

test('banks and teams behind More are offered by name, and a pill names them after a reload', async () => {
  const { owner } = staff.api
  await giveConsent(owner, staff.idOf('Left Ltd'), { bank: 'Northgate' })
  await owner`
      WITH made AS (INSERT INTO team (practice_id, name) VALUES (${staff.api.practice.id}, 'Payroll team')
        RETURNING id, practice_id)
      INSERT INTO access_rule (practice_id, organisation_id, kind, team_id)
      SELECT made.practice_id, g.id, 'team', made.id FROM made, organisation g WHERE g.name = 'Left Ltd'`
  const page = await staff.open('/clients?view=all')
  await row(page, 'Moorhen Music').waitFor()
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('combobox', { name: 'Bank' }).click()
  await page.getByRole('option', { name: 'Northgate' }).click()
  await page.waitForURL(/bank=Northgate/)
  await page.waitForFunction(() => document.querySelectorAll('tbody th a').length === 1)
  expect(await names(page)).toEqual(['Left Ltd'])
  await page.keyboard.press('Tab')
  await page.getByRole('option', { name: 'Northgate' }).waitFor({ state: 'hidden' })
  await page.getByRole('combobox', { name: 'Team' }).click()
  await page.getByRole('option', { name: 'Payroll team' }).click()
  await page.waitForURL(/team=/)
  await demandAccessible(page)
  await picture(page, 'clients more bank and team')
  await page.reload()
  await page.getByText('Team: Payroll team').waitFor()
  await page.getByText('Bank: Northgate').waitFor()
  await row(page, 'Left Ltd').waitFor()
  await demandUsable(page, 'clients bank and team')
})

test('a search is sent at once and seldom while one types, and the last words win', async () => {
  const page = await staff.open('/clients?view=all&sort=newest')
  await row(page, 'Moorhen Music').waitFor()
  const asked: string[] = []
  // The first answers take longest: showing answers as they arrive would end with those of other words.
  await page.route('**/api/v1/onboardings?*', async (route) => {
    asked.push(new URL(route.request().url()).searchParams.get('q') ?? '')
    await new Promise((done) => setTimeout(done, Math.max(100, 500 - 150 * asked.length)))
    await route.continue().catch(() => undefined)
  })
  await page.keyboard.press('/')
  await page.keyboard.type('t')
  await page.keyboard.type('i')
  await expect.poll(() => asked).toEqual(['ti'])
  await page.keyboard.type('dewater physio', { delay: 20 })
  expect(await page.getByRole('searchbox').inputValue()).toBe('tidewater physio')
  await page.waitForFunction(() => document.querySelector('main [data-old]') === null)
  await page.waitForFunction(() => document.querySelectorAll('tbody th a').length === 1)
  expect(await names(page)).toEqual(['Tidewater Physio Ltd'])
  expect(asked.at(-1)).toBe('tidewater physio')
  expect(asked.length).toBeLessThan('tidewater physio'.length)
  // Answers that arrive meanwhile neither change the typed words nor show other rows.
  await page.waitForTimeout(600)
  expect(await page.getByRole('searchbox').inputValue()).toBe('tidewater physio')
  expect(await names(page)).toEqual(['Tidewater Physio Ltd'])
  expect(new URL(page.url()).searchParams.get('q')).toBe('tidewater physio')
  // Search words do not add history entries.
  await page.goBack()
  expect(new URL(page.url()).pathname).not.toBe('/clients')
})

test('a held key goes on down the list, and keys work from a ticked box', async () => {
  const page = await staff.open('/clients?view=all&sort=newest')
  await row(page, 'Moorhen Music').waitFor()
  const focusedOn = (index: string) =>
    page.waitForFunction((at) => document.activeElement?.getAttribute('data-row') === at, index)
  await page.keyboard.press('j')
  await focusedOn('0')
  // Held: one press in each frame, so that each comes before the focus of the one before. React draws before the frame.
  await page.evaluate(async () => {
    for (let n = 0; n < 3; n++) {
      const held = new KeyboardEvent('keydown', { key: 'j', code: 'KeyJ', repeat: n > 0, bubbles: true })
      document.activeElement?.dispatchEvent(held)
      await Promise.resolve()
      await new Promise(requestAnimationFrame)
    }
  })
  await focusedOn('3')
  const box = page.locator('[data-row="3"]').getByRole('checkbox')
  await box.click()
  await page.getByText('1 selected').waitFor()
  await page.keyboard.press('x')
  await page.getByText('1 selected').waitFor({ state: 'detached' })
})

test('the list is worked by keys alone', async () => {
  const page = await staff.open('/clients?view=all&sort=newest')
  await row(page, 'Moorhen Music').waitFor()
  const order = await names(page)
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-row') ?? null)
  const focusedOn = (index: string) =>
    page.waitForFunction((at) => document.activeElement?.getAttribute('data-row') === at, index)
  await page.keyboard.press('j')
  await focusedOn('0')
  await page.keyboard.press('j')
  await focusedOn('1')
  await page.keyboard.press('ArrowDown')
  await focusedOn('2')
  await page.keyboard.press('k')
  await focusedOn('1')
  await page.keyboard.press('x')
  await page.getByText('1 selected').waitFor()
  await page.keyboard.press('j')
  await focusedOn('2')
  await page.keyboard.press('Shift+X')
  await page.getByText('2 selected').waitFor()
  await picture(page, 'clients selected')
  await demandAccessible(page)
  await page.keyboard.press('/')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search')
  await page.keyboard.type('jx')
  expect(await page.getByRole('searchbox').inputValue()).toBe('jx')
  await page.getByRole('searchbox').fill('')
  await row(page, 'Moorhen Music').waitFor()
  await page.locator('[data-row="1"]').focus()
  expect(await focused()).toBe('1')
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keys' })
  await help.waitFor()
  await picture(page, 'clients keys')
  await demandAccessible(page)
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'detached' })
  await page.locator('[data-row="1"]').focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/clients/${staff.idOf(order[1] ?? '')}`)
})

test('a client that one rests on is read before it is opened, one at a time', async () => {
  const page = await staff.open('/clients?view=all&sort=newest')
  await page.clock.install()
  await page.reload()
  await row(page, 'Moorhen Music').waitFor()
  const read: string[] = []
  page.on('request', (request) => {
    const id = /\/onboardings\/([\w-]{36})$/.exec(request.url())?.[1]
    if (id) read.push(id)
  })
  // A row hovered only briefly is not read ahead; the page's clock makes this independent of the test's speed.
  await page.clock.pauseAt(Date.now() + 60_000)
  await row(page, 'Bounced Ltd').hover()
  await page.clock.runFor(90)
  await row(page, 'Tidewater Physio Ltd').hover()
  await page.clock.runFor(90)
  expect(read).toEqual([])
  await page.clock.resume()
  await expect.poll(() => read).toEqual([staff.idOf('Tidewater Physio Ltd')])
  read.length = 0
  await page.keyboard.press('Escape')
  await page.mouse.move(0, 0)
  await page.locator('[data-row="0"]').focus()
  await page.keyboard.press('j')
  const second = await page.locator('[data-row="1"] th a').getAttribute('href')
  await expect.poll(() => read).toContain(second?.split('/').at(-1))
  await page.keyboard.press('Enter')
  await page.waitForURL(`**${second}`)
})

test('a client’s link can be opened elsewhere: a press with Ctrl is left to the browser, and this page stays', async () => {
  const page = await staff.open('/clients?view=all&sort=newest')
  const link = row(page, 'Harbour Bakery Ltd').getByRole('link')
  await link.waitFor()
  await page.evaluate(() => {
    const note = (event: MouseEvent) => {
      const to = (event.target as Element).closest('a')?.getAttribute('href') ?? 'no link'
      // Runs after all listeners of the page have handled the press.
      setTimeout(() => Object.assign(window, { pressed: [to, event.defaultPrevented] }))
    }
    addEventListener('click', note, true)
  })
  await link.click({ modifiers: ['ControlOrMeta'] })
  // The browser's time to open a page is not tested: on a busy machine it took more than ten seconds.
  await page.waitForFunction(() => 'pressed' in window)
  const pressed = await page.evaluate(() => (window as unknown as { pressed: unknown }).pressed)
  expect(pressed).toEqual([`/clients/${staff.idOf('Harbour Bakery Ltd')}`, false])
  expect(new URL(page.url()).pathname).toBe('/clients')
})

test('a changed row is updated in its place; new rows wait for a press', async () => {
  const page = await staff.open('/clients?view=client&sort=newest')
  await row(page, 'Harbour Bakery Ltd').waitFor()
  const before = await names(page)
  // The stream must be open before an event that only it reports.
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/api/v1/onboardings/counts')),
  )
  await staff.add('Live Ltd')
  await deliver('Live Ltd')
  await page.getByRole('button', { name: 'Show 1 change' }).waitFor()
  expect(await names(page)).toEqual(before)
  await staff.api.post(`onboardings/${staff.idOf('Live Ltd')}/cancel`, { reason: 'Live.' })
  await page.getByRole('button', { name: /Show 1 change/ }).click()
  await page.waitForFunction(() => !document.body.textContent?.includes('Show 1 change'))
  await staff.add('Leaves Ltd')
  await deliver('Leaves Ltd')
  await page.getByRole('button', { name: 'Show 1 change' }).click()
  await row(page, 'Leaves Ltd').waitFor()
  await staff.api.post(`onboardings/${staff.idOf('Leaves Ltd')}/cancel`, { reason: 'Gone.' })
  await page.getByText('Moved to Cancelled').waitFor()
  expect(await names(page)).toContain('Leaves Ltd')
})

test('changes made on a client’s page show in the list on the way back', async () => {
  const page = await staff.open('/clients?view=all&sort=newest')
  await row(page, 'Harbour Bakery Ltd').getByRole('link').click()
  const situation = page.getByRole('region', { name: 'Situation' })
  await situation.waitFor()
  await page.getByRole('button', { name: /^Notifications/ }).waitFor()
  const until = new Date(Date.now() + 7 * 86_400_000).toISOString()
  for (const name of ['Tidewater Physio Ltd', 'Harbour Bakery Ltd']) {
    await staff.api.post(`onboardings/${staff.idOf(name)}/snooze`, { until })
  }
  // The second is reported after the first.
  await situation.getByText(/^Snoozed until/).waitFor()
  await page.keyboard.press('u')
  await row(page, 'Tidewater Physio Ltd')
    .getByText(/^Snoozed until/)
    .waitFor()
  await row(page, 'Harbour Bakery Ltd')
    .getByText(/^Snoozed until/)
    .waitFor()
  for (const name of ['Tidewater Physio Ltd', 'Harbour Bakery Ltd']) {
    await staff.api.post(`onboardings/${staff.idOf(name)}/resume`)
  }
  await row(page, 'Tidewater Physio Ltd')
    .getByText(/^Snoozed until/)
    .waitFor({ state: 'detached' })
})

test('several are cancelled with a preview and a result each, and brought back', async () => {
  for (const name of ['Bulk One Ltd', 'Bulk Two Ltd']) await staff.add(name)
  await staff.add('Bulk Gone Ltd')
  await staff.api.post(`onboardings/${staff.idOf('Bulk Gone Ltd')}/cancel`, { reason: 'Gone.' })
  const page = await staff.open('/clients?view=all&q=bulk')
  await row(page, 'Bulk Gone Ltd').waitFor()
  await page.getByRole('checkbox', { name: 'Select the clients shown' }).click()
  await page.getByText('3 selected').waitFor()
  await page
    .getByRole('group', { name: 'Selected clients' })
    .or(page.getByRole('toolbar', { name: 'Selected clients' }))
    .getByRole('button', { name: 'Cancel', exact: true })
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('2 will be cancelled. 1 won’t').waitFor()
  await picture(page, 'clients bulk preview')
  await demandAccessible(page)
  const act = dialog.getByRole('button', { name: 'Cancel onboarding' })
  expect(await act.isDisabled()).toBe(true)
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('They merged.')
  await act.click()
  await dialog.getByText('2 cancelled, 1 not.').waitFor()
  await picture(page, 'clients bulk results')
  await demandAccessible(page)
  await dialog.getByRole('button', { name: /^Undo/ }).click()
  await dialog.getByText('Undone', { exact: true }).waitFor()
  const { body } = await staff.api.call(`onboardings/${staff.idOf('Bulk One Ltd')}`)
  expect(body.status).toBe('invited')
})

test('however many clients there are, few are drawn, and all can be reached', async () => {
  const practice = await staff.api.createPractice()
  const person = await staff.api.createPerson('practice_admin', practice)
  const addOne = (n: number) => staff.api.create({ organisation: { name: `Client ${n}` } }, practice.key)
  await addOne(0)
  await Promise.all(Array.from({ length: 118 }, (_, n) => addOne(n + 1)))
  await addOne(119)
  const page = await staff.visit(await staff.api.signIn(person))
  await page.goto('/clients?view=all&sort=newest')
  await row(page, 'Client 119').waitFor()
  expect(await page.locator('tbody tr[data-row]').count()).toBeLessThanOrEqual(60)
  // The actions for selected clients stay in view, however long the list.
  await row(page, 'Client 119').getByRole('checkbox').click()
  const status = page.getByText('1 selected')
  await status.waitFor()
  const place = await status.boundingBox()
  expect(place && place.y + place.height).toBeLessThanOrEqual(desktop.viewport.height)
  await row(page, 'Client 119').getByRole('checkbox').click()
  const seen = new Set<string>()
  while (!seen.has('Client 0')) {
    for (const name of await names(page)) seen.add(name)
    await page.mouse.wheel(0, 600)
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  }
  expect(seen.size).toBe(120)
  expect(await page.locator('tbody tr[data-row]').count()).toBeLessThanOrEqual(60)
  // Returning from a client shows it in the same place, in a list that is not loaded again page by page.
  const asked: string[] = []
  page.on('request', (request) => {
    if (/\/onboardings\?/.test(request.url())) asked.push(new URL(request.url()).search)
  })
  const at = Number(await row(page, 'Client 3').getAttribute('data-row'))
  await row(page, 'Client 3').getByRole('link').click()
  await page.getByRole('heading', { name: 'Client 3', level: 1 }).waitFor()
  await page.getByText(`${at + 1} of 120 in All`).waitFor()
  await page.keyboard.press('u')
  const isInSight = async () => {
    const place = await row(page, 'Client 3').boundingBox()
    return place !== null && place.y > 0 && place.y + place.height <= desktop.viewport.height
  }
  await expect.poll(isInSight).toBe(true)
  await page.keyboard.press('j')
  await page.waitForFunction(() => document.activeElement?.hasAttribute('data-row'))
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-row'))).toBe(String(at))
  expect(asked).toEqual([])
  // New rows are loaded from the top, whatever was loaded below.
  await addOne(120)
  await page.getByRole('button', { name: 'Show 1 change' }).click()
  await row(page, 'Client 120').waitFor()
  expect(await page.evaluate(() => window.scrollY)).toBe(0)
  expect(asked.map((search) => search.includes('cursor'))).toEqual([false])
  await page.goto('/clients?view=attention')
  await page.getByText('99+ clients are waiting for someone else.').waitFor()
})

test('a reference that is written by hand leads to its client, and another says who can help', async () => {
  await staff.api.owner`UPDATE organisation SET reference = 'EM-7K2P49' WHERE name = 'Moorhen Music'`
  const page = await staff.open('/r/em-7k2p49')
  await page.getByRole('heading', { name: 'Moorhen Music', level: 1 }).waitFor()
  await page.waitForURL(new RegExp(`/clients/${staff.idOf('Moorhen Music')}$`))
  await page.goto('/r/EM-000000')
  await page.getByText('You can’t see this client').waitFor()
})

test('when the list can’t be loaded, it says so and tries again', async () => {
  const page = await staff.asRosa()
  const { promise: seen, resolve: see } = Promise.withResolvers<void>()
  await page.route('**/api/v1/onboardings?*', async (route) => {
    await seen
    await route.abort()
  })
  await page.goto('/clients?view=all')
  await page.locator('[aria-busy=true]').waitFor()
  await picture(page, 'clients loading')
  see()
  await page.getByRole('heading', { name: 'We couldn’t load your clients' }).waitFor({ timeout: 20_000 })
  await picture(page, 'clients failed')
  await demandAccessible(page)
  await page.unroute('**/api/v1/onboardings?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await row(page, 'Moorhen Music').waitFor()
})

test('without a session one signs in first, and comes back to the list', async () => {
  const page = await staff.visit(null)
  await page.goto('/clients?view=expired')
  await page.waitForURL(/\/sign-in\?to=%2Fclients%3Fview%3Dexpired$/)
})

test('files are kept for ever, the page is asked for anew, and nothing else may run in it', async () => {
  const page = await fetch(`${staff.api.url}/clients`)
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const html = await page.text()
  const nonce = /nonce-([^']+)'/.exec(page.headers.get('content-security-policy') ?? '')?.[1]
  expect(nonce).toBeTruthy()
  expect(html).toContain(`nonce="${nonce}"`)
  expect(html).not.toContain('%NONCE%')
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1]
  const file = await fetch(`${staff.api.url}${script}`, { headers: { 'accept-encoding': 'br' } })
  expect(file.headers.get('cache-control')).toBe('public,max-age=31536000,immutable')
  expect(file.headers.get('content-encoding')).toBe('br')
})
