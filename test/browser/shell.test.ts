import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { PASSWORD } from '../api/staffHarness.ts'
import { settled } from '../chrome.ts'
import {
  demandAccessible,
  demandUsable,
  desktop,
  phone,
  picture,
  type StaffBrowser,
  startStaffBrowser,
} from './staffBrowser.ts'

let staff: StaffBrowser
let rosa: { id: string; email: string }
let cookie: string
let moorhen: string

beforeAll(async () => {
  staff = await startStaffBrowser()
  rosa = await staff.api.createPerson('practice_admin', staff.api.practice, { name: 'Rosa Marsh' })
  cookie = await staff.api.signIn(rosa)
  await staff.api.create({ organisation: { name: 'Harbour Bakery Ltd' } })
  moorhen = (await staff.api.create({ organisation: { name: 'Moorhen Music' } })).id
})
afterAll(() => staff?.stop())
afterEach(() => staff.leave())

const open = async (path: string, options: BrowserContextOptions = desktop): Promise<Page> => {
  const page = await staff.visit(cookie, options)
  await page.goto(path)
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
    await page.waitForURL(`**/clients/${moorhen}`)
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

test('what is typed after Ctrl K belongs to the palette, also before its code has come', async () => {
  await staff.api.create({ organisation: { name: 'York Dental Ltd' } })
  const page = await staff.visit(cookie, desktop)
  const { promise: held, resolve: letThrough } = Promise.withResolvers<void>()
  await page.route(/\/Palette-[^/]*\.js$/, async (route) => {
    await held
    await route.continue()
  })
  await page.goto(`/clients/${moorhen}`)
  await page.getByRole('heading', { level: 1, name: 'Moorhen Music' }).waitFor()
  const asked: string[] = []
  page.on('request', (request) => request.method() === 'POST' && asked.push(request.url()))
  // Of these letters `y` copies a link, `n` adds a client, `a` assigns; of the others some are keys elsewhere.
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
  expect([asked, new URL(page.url()).pathname]).toEqual([[], `/clients/${moorhen}`])
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

test('every page holds its width at 320 pixels, and on a desk where all is shown twice as large', async () => {
  const client = `/clients/${moorhen}`
  const pages = [
    ...['/clients?view=all', '/clients/board', '/clients/new', client, `${client}/users`, `${client}/settings`],
    ...['/reports/conversion', '/team', '/settings/practice', '/settings/onboarding', '/settings/branding'],
    ...['/settings/api-keys', '/settings/support-access', '/settings/audit', '/me/security', '/me/notifications'],
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
      await picture(page, `narrow ${path.replaceAll(moorhen, 'client')} ${width}`)
      const out = await page.evaluate(() => {
        const isWide = document.documentElement.scrollWidth > window.innerWidth
        const beyond = [...document.querySelectorAll('main *')].filter(
          (one) => one.getBoundingClientRect().right > window.innerWidth + 1,
        )
        return isWide ? (beyond.at(-1)?.outerHTML.slice(0, 160) ?? 'the page') : null
      })
      if (out) wide.push([path, width, out])
    }
  }
  expect(wide).toEqual([])
}, 120_000)

test('the switcher searches clients, and leads to what is one’s own', async () => {
  const page = await open('/clients?view=all')
  await page.getByRole('button', { name: /Switch client or practice/ }).click()
  await page.getByRole('menuitem', { name: 'Harbour Bakery Ltd' }).waitFor()
  await picture(page, 'switcher')
  for (const item of ['New organisation', 'My settings', 'Sign out']) {
    await page.getByRole('menuitem', { name: item }).waitFor()
  }
  await page
    .getByRole('textbox', { name: 'Search clients' })
    .or(page.getByPlaceholder('Search clients'))
    .first()
    .fill('moorh')
  await page.getByRole('menuitem', { name: 'Harbour Bakery Ltd' }).waitFor({ state: 'detached' })
  await page.getByRole('menuitem', { name: 'Moorhen Music' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/clients/${moorhen}`)
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
  const page = await open(`/clients/${moorhen}`)
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

test('whose account is no accounting practice is told so on every page, and where to write', async () => {
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
