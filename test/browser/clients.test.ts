import type { BrowserContextOptions } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { names, row, useClientList } from './clientList.ts'
import { demandAccessible, demandUsable, desktop, looks, picture, tablet } from './staffBrowser.ts'

// The list of clients: its rows, live changes, and acts on several.

const { deliver, staff } = useClientList()

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
