import type { BrowserContextOptions, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { PASSWORD } from '../api/staffHarness.ts'
import { settled } from '../chrome.ts'
import { demandAccessible, demandUsable, desktop, looks, phone, picture, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()
let rosa: Awaited<ReturnType<typeof staff.rosa>>

beforeAll(async () => {
  rosa = await staff.rosa()
  await staff.add('Harbour Bakery Ltd')
  await staff.add('Moorhen Music')
})

const LONG = 'Foxglove Lettings and Property Management Services North Ltd'
const settings = (page: string) => `/settings/${page}`

const open = async (path: string, options?: BrowserContextOptions): Promise<Page> => {
  const page = await staff.open(path, options)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`clients, pages and the verbs of the open client are found from anywhere, by keys (${colorScheme})`, async () => {
    const page = await open('/settings/practice', { ...desktop, colorScheme })
    await page.getByRole('button', { name: /^Search/ }).waitFor()
    await page.keyboard.press('Control+k')
    const palette = page.getByRole('dialog', { name: 'Find a client, a page or an action' })
    await palette.getByRole('option', { name: /^Harbour Bakery Ltd/ }).waitFor()
    await page.keyboard.type('moorh')
    await palette.getByRole('group', { name: 'Clients', exact: true }).waitFor()
    await page.waitForFunction(() => document.querySelectorAll('[role=dialog] [role=option]').length === 1)
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/clients/${staff.idOf('Moorhen Music')}`)
    await palette.waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'Moorhen Music', level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    await palette.getByRole('option', { name: /^Snooze/ }).waitFor()
    await picture(page, `palette ${colorScheme}`)
    await demandAccessible(page)
    await page.keyboard.type('nothing of this name')
    await palette.getByText('Nothing matches “nothing of this name”').waitFor()
    await palette.getByRole('textbox').fill('cancel')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Cancel Moorhen Music’s onboarding?' }).waitFor()
    await page.keyboard.press('Escape')
  })
}

test('keys typed after Ctrl K go to the palette, also before its code has loaded', async () => {
  await staff.api.create({ organisation: { name: 'York Dental Ltd' } })
  const page = await staff.asRosa(desktop)
  const { promise: held, resolve: letThrough } = Promise.withResolvers<void>()
  await page.route(/\/Palette-[^/]*\.js$/, async (route) => {
    await held
    await route.continue()
  })
  await page.goto(`/clients/${staff.idOf('Moorhen Music')}`)
  await page.getByRole('heading', { level: 1, name: 'Moorhen Music' }).waitFor()
  const asked: string[] = []
  page.on('request', (request) => request.method() === 'POST' && asked.push(request.url()))
  // Of these letters `y`, `n` and `a` are shortcuts of this page; some others are shortcuts elsewhere.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('danyork')
  for (const key of ['Backspace', 'Backspace', 'Backspace', 'Backspace', 'Enter', 'Tab']) await page.keyboard.press(key)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('yoo')
  await page.keyboard.press('Backspace')
  letThrough()
  await page.keyboard.type('rk den')
  const palette = page.getByRole('dialog', { name: 'Find a client, a page or an action' })
  await palette.getByRole('option', { name: /^York Dental Ltd/ }).waitFor()
  await page.keyboard.type('tal')
  expect(await palette.getByRole('textbox').inputValue()).toBe('york dental')
  expect([asked, new URL(page.url()).pathname]).toEqual([[], `/clients/${staff.idOf('Moorhen Music')}`])
  expect(await page.getByRole('dialog').count()).toBe(1)
  await demandAccessible(page)
})

test('letters go to places, whatever they mean on the page, and can be switched off', async () => {
  const page = await open('/clients?view=all')
  await page.getByRole('row', { name: /^Moorhen Music,/ }).waitFor()
  // On the list `r` alone would resend.
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.waitForURL('**/reports/conversion')
  await page.keyboard.press('g')
  await page.keyboard.press('b')
  await page.waitForURL('**/clients/board')
  await page.getByRole('main').getByRole('searchbox').waitFor()
  await page.keyboard.press('/')
  await page.waitForFunction(() => document.activeElement?.matches('main input[type=search]'))
  await page.keyboard.type('gs')
  expect(new URL(page.url()).pathname).toBe('/clients/board')
  await page.goto('/settings/practice')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keys' })
  await help.getByRole('heading', { name: 'On the board' }).waitFor()
  await picture(page, 'keys')
  await demandAccessible(page)
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'detached' })
  await page.keyboard.press('/')
  await page.waitForURL(/\/clients(\?|$)/)
  await page.waitForFunction(() => document.activeElement?.matches('main input[type=search]'))
  await page.evaluate(() => localStorage.setItem('embark.letters', 'off'))
  await page.goto('/settings/practice')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press('?')
  await page.keyboard.press('n')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', { name: 'Find a client, a page or an action' }).waitFor()
  expect([await help.count(), new URL(page.url()).pathname]).toEqual([0, '/settings/practice'])
})

test('while the next page is still on its way, keys do nothing to the one that is left, and a search waits for it', async () => {
  const page = await open('/clients?view=all')
  await page.getByRole('row', { name: /^Moorhen Music,/ }).waitFor()
  await page.route(/BoardPage/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500))
    await route.continue()
  })
  await page.keyboard.press('g')
  await page.keyboard.press('b')
  await page.waitForURL('**/clients/board')
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  for (const key of ['j', 'r', 'Enter', '/']) await page.keyboard.press(key)
  await page.getByRole('row', { name: /^Moorhen Music,/ }).waitFor({ state: 'detached' })
  await page.waitForFunction(() => document.activeElement?.matches('main input[type=search]'))
  expect(new URL(page.url()).pathname).toBe('/clients/board')
  expect(asked.filter((path) => path.endsWith('/actions'))).toEqual([])
})

/** Returns the elements beyond the right edge of the page; null when there are none. */
const beyondEdge = (page: Page) =>
  page.evaluate(() => {
    if (document.documentElement.scrollWidth <= window.innerWidth) return null
    const beyond = [...document.querySelectorAll('body *')].filter(
      (one) => one.getBoundingClientRect().right > window.innerWidth + 1,
    )
    return beyond.at(-1)?.outerHTML.slice(0, 160) ?? 'the page'
  })

test('every page holds its width at 320 pixels, and on a desk where all is shown twice as large', async () => {
  const client = `/clients/${staff.idOf('Moorhen Music')}`
  const team = await staff.api.callAs(rosa.cookie, 'teams', { method: 'POST', body: { name: 'Payroll', members: [] } })
  const draft = await staff.api.callAs(rosa.cookie, 'drafts', {
    method: 'POST',
    body: { kind: 'business', step: 'details', data: { organisation: { kind: 'business', name: LONG } } },
  })
  await staff.api.create({ organisation: { name: LONG } })
  const wizard = `/clients/new/${draft.body.id}`
  const pages = [
    ...['/clients?view=all', '/clients?view=expired', '/clients/board', '/clients/new'],
    ...['solutions', 'software', 'details', 'invitation', 'summary'].map((step) => `${wizard}/${step}`),
    ...[client, `${client}/users`, `${client}/settings`, `${client}/settings/erase`, `${client}/match`],
    ...['/reports/conversion', '/team', `/team/teams/${team.body.id}`],
    ...['practice', 'onboarding', 'messages', 'branding', 'setup-guide', 'sign-on', 'api-keys'].map(settings),
    ...['support-access', 'audit'].map(settings),
    ...['profile', 'security', 'notifications', 'shortcuts'].map((one) => `/me/${one}`),
    '/settings/nothing',
  ]
  const page = await open('/me/profile')
  const wide: [path: string, width: number, element: string][] = []
  for (const path of pages) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'))
    for (const width of [320, 640]) {
      await page.setViewportSize({ width, height: 900 })
      await settled(page)
      const name = path.replaceAll(staff.idOf('Moorhen Music'), 'client').replace(/[0-9a-f-]{36}/, 'one')
      await picture(page, `narrow ${name} ${width}`)
      const out = await beyondEdge(page)
      if (out) wide.push([name, width, out])
    }
  }
  const outside = await staff.visit(null)
  await outside.setViewportSize({ width: 320, height: 900 })
  for (const path of ['/sign-in', '/forgot', '/reset/x', '/sign-up', '/confirm', '/join/x', '/sign-in/nothing']) {
    await outside.goto(path)
    await outside.getByRole('heading', { level: 1 }).waitFor()
    await settled(outside)
    const out = await beyondEdge(outside)
    if (out) wide.push([path, 320, out])
  }
  expect(wide).toEqual([])
}, 180_000)

test('an address without a page says so, and leads to where whoever is there can go on', async () => {
  const page = await open('/settings/nothing')
  await page.getByRole('heading', { name: 'There is no page here' }).waitFor()
  await page.getByText('The address may be incomplete, or the page has moved.').waitFor()
  await demandUsable(page, 'no page')
  await page.getByRole('link', { name: 'Go to Clients' }).click()
  await page.waitForURL(/\/clients(\?|$)/)
  const outside = await staff.visit(null)
  await outside.goto('/sign-in/nothing')
  await outside.getByRole('heading', { name: 'There is no page here' }).waitFor()
  expect(await outside.getByRole('link', { name: 'I’m a client' }).getAttribute('href')).toBe('/home/sign-in')
  await demandUsable(outside, 'no page outside')
  await outside.getByRole('link', { name: 'Sign in' }).click()
  await outside.waitForURL('**/sign-in')
})

test('a new practice begins with a list of first things to do, which is hidden and shown again', async () => {
  const practice = await staff.api.createPractice()
  const own = await staff.api.signIn(await staff.api.createPerson('practice_admin', practice))
  for (const [name, options] of looks) {
    const page = await staff.visit(own, options)
    await page.goto('/clients?view=all')
    await page.getByRole('heading', { name: 'Get started' }).waitFor()
    await demandUsable(page, `first things ${name}`)
    // An empty practice shows neither views nor filters.
    expect(await page.getByRole('navigation', { name: 'Views' }).count()).toBe(0)
    await page.context().close()
  }
  const page = await staff.visit(own)
  await page.goto('/clients?view=all')
  const list = page.getByRole('region', { name: 'Get started' })
  await list.getByRole('button', { name: 'Send me a test' }).waitFor()
  await list.getByRole('link', { name: 'Add client' }).waitFor()
  await staff.api.create({ organisation: { name: 'First Ltd' } }, practice.key)
  await page.reload()
  await page.getByRole('row', { name: /^First Ltd,/ }).waitFor()
  await list.getByText('Done: Add your first client').waitFor()
  await page.getByRole('navigation', { name: 'Views' }).waitFor()
  await picture(page, 'first things with a client', { fullPage: true })
  await list.getByRole('button', { name: 'Hide this list' }).click()
  await list.waitFor({ state: 'detached' })
  await page.goto('/settings/practice')
  await page.getByRole('switch', { name: 'Show the list of first things to do' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.goto('/clients?view=all')
  await list.waitFor()
})

test('the switcher leads to clients, a new one and other practices, and to nothing else; one’s own stands above it', async () => {
  const other = await staff.api.createPractice({ name: 'Dale & Fell LLP' })
  await staff.api.owner`
    INSERT INTO membership (practice_id, user_id, role) VALUES (${other.id}, ${rosa.id}, 'standard')`
  try {
    const page = await open(`/clients/${staff.idOf('Moorhen Music')}`)
    const switcher = page.getByRole('button', { name: /Switch client or practice/ })
    // Dialogs are rendered at the end of the page, outside of its regions.
    const outside = { region: { enabled: false } }
    expect(await switcher.textContent()).toMatch(/^MMMoorhen MusicMarsh & Lowe/)
    await switcher.click()
    const places = page.getByRole('dialog', { name: /Switch client or practice/ })
    await places.getByRole('link', { name: 'Harbour Bakery Ltd' }).waitFor()
    await picture(page, 'switcher')
    await demandAccessible(page, { rules: outside })
    await places.getByRole('link', { name: 'New organisation' }).waitFor()
    await places.getByRole('button', { name: 'Dale & Fell LLP' }).waitFor()
    for (const item of ['My settings', 'Sign out']) expect(await places.getByText(item).count()).toBe(0)
    // The contacts of both have addresses at harbour.example, which the search includes.
    await places.getByRole('textbox', { name: 'Search clients' }).fill('bakery')
    await places.getByRole('link', { name: 'Moorhen Music' }).waitFor({ state: 'detached' })
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Harbour Bakery Ltd')
    await page.keyboard.press('Enter')
    await places.waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'Harbour Bakery Ltd', level: 1 }).waitFor()
    await page.getByRole('button', { name: /^Rosa Marsh.*Your menu$/ }).click()
    for (const item of ['My settings', 'Keyboard shortcuts', 'Sign out']) {
      await page.getByRole('menuitem', { name: item }).waitFor()
    }
    await page.getByRole('menuitemradio', { name: 'Device' }).waitFor()
    await picture(page, 'person menu')
    await demandAccessible(page, { rules: outside })
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click()
    await page.waitForURL('**/me/shortcuts')
  } finally {
    await staff.api.owner`DELETE FROM membership WHERE practice_id = ${other.id}`
  }
})

test('when the session ends one signs in over the page, and what was typed is still there', async () => {
  const page = await open('/clients?view=all')
  await page.getByRole('searchbox').fill('moorh')
  await page.getByRole('row', { name: /^Moorhen Music,/ }).waitFor()
  await page.getByRole('button', { name: 'Save view' }).click()
  await page.getByRole('dialog', { name: 'Save view' }).getByRole('textbox', { name: 'Name' }).fill('Half typed')
  await page.context().clearCookies()
  await page.getByRole('dialog', { name: 'Save view' }).getByRole('button', { name: 'Save view' }).click()
  const ended = page.getByRole('dialog', { name: 'Your session has ended' })
  await ended.waitFor()
  expect(await ended.getByRole('textbox', { name: 'Email' }).inputValue()).toBe(rosa.email)
  await picture(page, 'session ended')
  await demandAccessible(page)
  await ended.getByLabel('Password', { exact: true }).fill('not the password')
  await ended.getByRole('button', { name: 'Sign in', exact: true }).click()
  await ended.getByText('That email and password don’t match.').waitFor()
  await ended.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await ended.getByRole('button', { name: 'Sign in', exact: true }).click()
  await ended.waitFor({ state: 'detached' })
  const save = page.getByRole('dialog', { name: 'Save view' })
  expect(await save.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Half typed')
  await save.getByRole('button', { name: 'Save view' }).click()
  await page.getByRole('link', { name: 'Half typed' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/clients')
})

test('a time says itself whole to the focus as well; a finger has 44 pixels', async () => {
  const page = await open(`/clients/${staff.idOf('Moorhen Music')}`)
  const time = page.getByRole('main').locator('time').first()
  await time.focus()
  await page
    .getByRole('tooltip')
    .getByText(/^\w{3} \d{1,2} \w{3} \d{4}, \d\d:\d\d/)
    .waitFor()
  const small = await open('/clients?view=all', phone)
  await small.getByRole('button', { name: 'Filters' }).waitFor()
  await picture(small, 'clients 390 coarse')
  for (const name of ['Filters', 'Save view']) {
    const box = await small.getByRole('button', { name }).boundingBox()
    expect([name, Math.round(box?.height ?? 0) >= 44]).toEqual([name, true])
  }

  await demandAccessible(small)
})

test('an account that is no accounting practice is told so on every page, with an address to write to', async () => {
  const practice = await staff.api.createPractice({ plan: 'business' })
  const owner = await staff.api.signIn(await staff.api.createPerson('practice_admin', practice))
  const page = await staff.visit(owner, { ...desktop, colorScheme: 'dark' })
  for (const path of ['/clients', '/settings/practice']) {
    await page.goto(path)
    await page.getByText('This is for accounting practices').waitFor()
    const link = page.getByRole('link', { name: 'Write to us' })
    expect(await link.getAttribute('href')).toBe('mailto:hello@mail.embark.example')
  }
  await demandUsable(page, 'practices only')
})
