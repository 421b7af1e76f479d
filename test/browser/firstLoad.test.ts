import type { Request } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type StaffBrowser, startStaffBrowser } from './staffBrowser.ts'

let staff: StaffBrowser
let cookie: string
let id: string

beforeAll(async () => {
  staff = await startStaffBrowser()
  cookie = await staff.api.signIn(await staff.api.createPerson('practice_admin'))
  for (let n = 0; n < 30; n += 1) {
    id = (await staff.api.create({ organisation: { name: `Moorhen Music ${n}` }, invitation: null })).id
  }
})
afterAll(() => staff?.stop())
afterEach(() => staff.leave())

test('the first load is under 240 kB in all, and none of it is refused by the page’s policy', async () => {
  const page = await staff.visit(cookie)
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
  // A browser asks for Brotli only over TLS, as people have it.
  const sizes = await Promise.all(
    [...files].map(async (url) => {
      const { headers } = await fetch(url, { method: 'HEAD', headers: { 'accept-encoding': 'br', cookie } })
      expect(headers.get('content-encoding')).toBe('br')
      return Number(headers.get('content-length'))
    }),
  )
  expect(sizes.length).toBeGreaterThan(3)
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000
  expect(kilobytes).toBeLessThan(240)
  expect(kilobytes).toBeGreaterThan(50)
  expect(refused).toEqual([])
})

test('a first visit waits for nothing one after the other: its page names the files, and reads ahead once', async () => {
  const first = { list: '/clients?view=all', board: '/clients/board', client: `/clients/${id}` }
  for (const path of Object.values(first)) {
    const html = await (await fetch(`${staff.api.url}${path}`)).text()
    const page = await staff.visit(cookie)
    const [files, answers]: [string[], string[]] = [[], []]
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url())
      if (/\.(js|css)$/.test(pathname)) files.push(pathname)
      if (/^\/api\/v1\/(me|onboardings)$/.test(pathname)) answers.push(pathname + search)
    })
    await page.goto(path)
    await page.getByText('Moorhen Music').first().waitFor()
    expect({ path, unnamed: files.filter((file) => !html.includes(file)) }).toEqual({ path, unnamed: [] })
    expect(files.length).toBeGreaterThan(3)
    const list = '/api/v1/onboardings?view=all&sort=updated&limit=50'
    if (path === first.list) expect(answers.toSorted()).toEqual(['/api/v1/me', list])
    else expect(answers.filter((one) => one === '/api/v1/me' || one === list)).toEqual(['/api/v1/me'])
  }
})

test('what the page read ahead is the list it shows, whichever view that is', async () => {
  const page = await staff.visit(cookie)
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
