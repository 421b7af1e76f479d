import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Request } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { keptWebApp } from '../../dev/built/webApp.ts'
import { bytesOf } from '../bytesOf.ts'
import { desktop, phone, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()
let id: string

beforeAll(async () => {
  for (let n = 0; n < 30; n += 1) {
    const made = await staff.api.create({ organisation: { name: `Moorhen Music ${n}` }, invitation: null })
    id = made.id
    await staff.api.perform(id, { do: 'provision' })
    for (const name of n === 29 ? ['Jo Marsden', 'Ann Lowe'] : []) {
      const email = `${name.replace(' ', '.')}@moorhen.example`.toLowerCase()
      const answer = await staff.api.post(`organisations/${made.organisation.id}/users`, {
        name,
        email,
        role: 'member',
      })
      if (answer.status >= 300) throw new Error(answer.text)
    }
  }
})

test('the first load is under 240 kB in all, and none of it is refused by the page’s policy', async () => {
  const page = await staff.asRosa()
  const refused: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) refused.push(message.text())
  })
  const files = new Set<string>()
  page.on('requestfinished', (request) => {
    if (!request.url().includes('/api/')) files.add(request.url())
  })
  await page.goto('/clients?view=all')
  await page.locator('[data-row]').first().waitFor()
  await page.waitForLoadState('load')
  const sizes = await Promise.all(
    [...files].map(async (url) => {
      const { bytes, encoding } = await bytesOf(url)
      expect([url, encoding]).toEqual([url, 'br'])
      return bytes
    }),
  )
  expect(sizes.length).toBeGreaterThan(3)
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000
  expect(kilobytes).toBeLessThan(240)
  expect(kilobytes).toBeGreaterThan(50)
  expect(refused).toEqual([])
})

test('no file of the app holds the calendar of the rules', async () => {
  const names = 'toZonedDateTimeISO'
  const polyfill = join(createRequire(import.meta.url).resolve('temporal-polyfill'), '..', 'chunks')
  const holding = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .filter((file) => readFileSync(join(folder, file), 'utf8').includes(names))
  expect(holding(polyfill)).not.toEqual([])
  expect(holding(await keptWebApp())).toEqual([])
})

test('a first visit waits for nothing one after the other: its page names the files, and reads ahead once', async () => {
  const first = { list: '/clients?view=all', board: '/clients/board', client: `/clients/${id}` }
  for (const path of Object.values(first)) {
    const html = await (await fetch(`${staff.api.url}${path}`)).text()
    const page = await staff.asRosa()
    const [files, answers]: [string[], string[]] = [[], []]
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url())
      if (/\.(js|css)$/.test(pathname)) files.push(pathname)
      if (/^\/api\/v1\/(me|onboardings(\/[0-9a-f-]{36})?)$/.test(pathname)) answers.push(pathname + search)
    })
    // A client is read again once the live stream is open: it stays closed here.
    await page.route('**/api/v1/live*', () => undefined)
    await page.goto(path)
    await page.getByText('Moorhen Music').first().waitFor()
    expect({ path, unnamed: files.filter((file) => !html.includes(file)) }).toEqual({ path, unnamed: [] })
    expect(files.length).toBeGreaterThan(3)
    const ahead = {
      [first.list]: ['/api/v1/me', '/api/v1/onboardings?view=all&sort=updated&limit=50'],
      [first.client]: ['/api/v1/me', `/api/v1/onboardings/${id}`],
      [first.board]: ['/api/v1/me'],
    }
    expect(answers.filter((one) => !one.includes('column=')).toSorted()).toEqual(ahead[path])
  }
})

test('the list that the page reads ahead is the one it shows, in every view', async () => {
  const page = await staff.asRosa()
  for (const view of ['us', 'all', 'completed', '']) {
    const asked: string[] = []
    const note = (request: Request) => request.url().includes('limit=50') && asked.push(request.url())
    page.on('request', note)
    await page.goto(view ? `/clients?view=${view}` : '/clients')
    await page.locator('main :is([data-row], h2)').first().waitFor()
    page.off('request', note)
    expect([view, asked]).toEqual([view, [expect.any(String)]])
  }
})

/** Answers arrive one after the other, the first requests last: content drawn in between must keep its place. */
const SLOWEST_MS = 1_200
const STEP_MS = 120

test.each([
  ['a desk', desktop],
  ['a phone', phone],
])('nothing moves by itself at %s, however slowly the answers come', async (_name, device) => {
  const paths = ['/clients?view=all', '/clients/board', `/clients/${id}`, '/reports/conversion', '/team']
  const visits = paths.map(async (path) => {
    const page = await staff.asRosa(device)
    let asked = 0
    await page.route('**/api/v1/**', async (route) => {
      const delay = Math.max(0, SLOWEST_MS - STEP_MS * asked++)
      await new Promise((done) => setTimeout(done, delay))
      await route.continue()
    })
    await page.addInitScript(() => {
      type Moved = PerformanceEntry & { value: number; sources: { node: Node | null }[] }
      const what = ({ node }: { node: Node | null }) => node?.textContent?.slice(0, 60) ?? 'gone'
      const moved: string[] = []
      Object.assign(window, { moved })
      new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries() as Moved[]) {
          moved.push(`${value.toFixed(5)}: ${sources.map(what).join(' | ')}`)
        }
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await page.goto(path)
    await page.locator('main h1').waitFor({ timeout: 30_000 })
    // The bell, which loads after the page, must be there too.
    await page.getByRole('button', { name: /^Notifications/ }).waitFor({ timeout: 30_000 })
    await page.waitForTimeout(500)
    return { path, moved: await page.evaluate(() => (window as unknown as { moved: string[] }).moved) }
  })
  expect(await Promise.all(visits)).toEqual(paths.map((path) => ({ path, moved: [] })))
})
