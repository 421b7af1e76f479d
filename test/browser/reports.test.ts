import type { BrowserContextOptions, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { demandAccessible, demandUsable, desktop, looks, picture, tablet, useStaffBrowser } from './staffBrowser.ts'

const WEEK_MS = 7 * 86_400_000
/** The answers of the clients invited nine weeks ago, in their order; the others are still open. */
const ANSWERS = ['accepted', 'accepted', 'declined', 'cancelled', 'expired']

const staff = useStaffBrowser()
let cookie: string
beforeAll(async () => {
  const practice = await staff.api.createPractice()
  cookie = await staff.api.signIn(await staff.api.createPerson('practice_admin', practice))
  // Three invited eleven weeks ago, of whom one connected; six ten weeks ago, four; seven nine weeks ago, five; two
  // just now.
  const cohorts: [weeksAgo: number, connected: number, n: number][] = [
    [11, 1, 3],
    [10, 4, 6],
    [9, 5, 7],
    [0, 0, 2],
  ]
  for (const [weeksAgo, connected, n] of cohorts) {
    for (let made = 0; made < n; made += 1) {
      const { id } = await staff.api.create({}, practice.key)
      if (weeksAgo === 0) continue
      const at = new Date(Date.now() - weeksAgo * WEEK_MS)
      const bankAt = made < connected ? new Date(at.getTime() + 86_400_000 * (1 + 5 * made)) : null
      await staff.api
        .owner`UPDATE event SET at = ${at}, recorded_at = ${at} WHERE onboarding_id = ${id} AND kind = 'invited'`
      const answer = (weeksAgo === 9 && ANSWERS[made]) || null
      await staff.api.owner`UPDATE conversion SET invited_at = ${at}, bank_at = ${bankAt}, answer = ${answer}
        WHERE onboarding_id = ${id}`
    }
  }
})

async function open(options: BrowserContextOptions = desktop): Promise<Page> {
  const page = await staff.visit(cookie, options)
  await page.goto('/reports/conversion')
  await page.getByRole('table', { name: 'Week by week' }).waitFor()
  return page
}

describe.each(looks)('the conversion report at %s', (look, options) => {
  test('can be used by everybody', async () => {
    const page = await open(options)
    await demandUsable(page, `report ${look}`)
  })
})

/** Returns the date so many days from now, in the practice's zone. */
const dayIn = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Europe/London' })

test.each(looks)(
  'the report of a past day says so, opens no list, and leads back to today at %s',
  async (look, options) => {
    const page = await open(options)
    const field = page.getByLabel('As of')
    expect(await field.inputValue()).toBe(dayIn(0))
    await field.fill(dayIn(-60))
    await page.waitForURL(`**/reports/conversion?asOf=${dayIn(-60)}`)
    await page.getByText(/^As it was on \d/).waitFor()
    const table = page.getByRole('table', { name: 'Week by week' })
    // While it loads, the table has rows without figures.
    await table.locator('td[data-label="Invited"]').first().waitFor()
    expect(await table.locator('td[data-label="Invited"]').allTextContents()).toEqual(['7', '6', '3'])
    expect(await page.locator('main').getByRole('link', { name: /^\d/ }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Download CSV' }).getAttribute('href')).toContain(`asOf=${dayIn(-60)}`)
    await demandUsable(page, `report past ${look}`)
    await page.reload()
    await page.getByRole('button', { name: 'Back to today' }).click()
    await page.waitForURL('**/reports/conversion')
    expect(await field.inputValue()).toBe(dayIn(0))
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
    await page.locator('td[data-label="Invited"] a').first().waitFor()
  },
)

test('the report by month has a row for each, whose figures open the clients of that month', async () => {
  const page = await open()
  await page.getByRole('combobox', { name: 'By' }).click()
  await page.getByRole('option', { name: 'month' }).click()
  await page.waitForURL('**/reports/conversion?by=month')
  const table = page.getByRole('table', { name: 'Month by month' })
  await table.locator('tbody th').first().waitFor()
  const names = await table.locator('tbody th').allTextContents()
  expect(names.length).toBeGreaterThan(1)
  for (const name of names) expect(name).toMatch(/^[A-Z][a-z]{2} \d{4}$/)
  await demandUsable(page, 'report by month')
  const figure = table.locator('tr:last-child td[data-label="Invited"] a')
  const n = await figure.textContent()
  await figure.click()
  await page.getByRole('heading', { name: `${n} clients: invited in ${names.at(-1)}` }).waitFor()
  await page.waitForURL(/by=month/)
})

test('a day that is to come or missing is refused at its field, and the report stays', async () => {
  const page = await open()
  const field = page.getByLabel('As of')
  for (const [day, words] of [
    [dayIn(2), 'Choose a day up to today: what is to come isn’t known yet.'],
    ['', 'Enter a day, for example yesterday’s.'],
    ['1999-12-31', 'There are no figures before 2000.'],
  ] as const) {
    await field.fill(day)
    await field.blur()
    await page.getByText(words).waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(new URL(page.url()).search).toBe('')
  }
  await demandUsable(page, 'report refused day')
  await page.goto(`/reports/conversion?asOf=${dayIn(2)}`)
  await page.getByText('Choose a day up to today: what is to come isn’t known yet.').waitFor()
  await page.locator('td[data-label="Invited"] a').first().waitFor()
  await page.goto('/reports/conversion?asOf=2001-02-03')
  await page.getByText('No invitations in the half year before 3 Feb 2001').waitFor()
  await page.getByRole('button', { name: 'Back to today' }).waitFor()
})

test('a window too narrow for the table scrolls the table to its last column, and not the page', async () => {
  const page = await open(tablet)
  const last = page.locator('td[data-label="Still open"] a').first()
  await last.scrollIntoViewIfNeeded()
  const box = await last.boundingBox()
  expect((box?.x ?? Infinity) + (box?.width ?? 0)).toBeLessThan(tablet.viewport.width)
  await demandUsable(page, 'report scrolled')
})

test('the chart draws the weeks that the table gives a share, and none of those it calls too few', async () => {
  const page = await open()
  await page.locator('circle').first().waitFor()
  expect(await page.locator('circle').count()).toBe(2)
  // The cohort of three clients, within 7, 14 and 30 days.
  expect(await page.getByText('too few', { exact: true }).count()).toBe(3)
})

test('the headline says how long half of those took who connected within the chosen days', async () => {
  const page = await open()
  // Within 14 days: three after one day, two after six, two after eleven.
  await page.getByText('Half of those who connected took 6 days or less.').waitFor()
  await page.getByRole('radiogroup').getByText('7 days').click()
  await page.getByText('Half of those who connected took 1 day or less.').waitFor()
})

test('every figure counts the clients of its list', async () => {
  const read = async (path: string) => (await staff.api.callAs(cookie, path)).body
  const countedBy = async (by: string): Promise<{ week: string; n: number; outcomes: object; horizons: object[] }[]> =>
    (await read(`reports/conversion?by=${by}`)).weeks.filter(({ n }: { n: number }) => n > 0)
  for (const by of ['week', 'month']) {
    for (const { week, n, outcomes, horizons } of await countedBy(by)) {
      const list = `onboardings?limit=100&by=${by}&week=${week}`
      for (const [outcome, clients] of Object.entries(outcomes)) {
        const { items } = await read(`${list}&outcome=${outcome}`)
        expect([outcome, items.length]).toEqual([outcome, clients])
      }
      expect((await read(list)).items).toHaveLength(n)
      for (const { days, mature, converted } of horizons as { days: number; mature: boolean; converted: number }[]) {
        const { items } = await read(`${list}&within=${days}`)
        if (mature) expect([days, items.length]).toEqual([days, converted])
      }
    }
  }
  const counted = await countedBy('week')
  expect(counted.map(({ n }) => n)).toEqual([3, 6, 7, 2])
  const months = await countedBy('month')
  expect(months.reduce((sum, { n }) => sum + n, 0)).toBe(18)
  const span = `by=month&week=${months[0]?.week}&lastWeek=${months.at(-1)?.week}`
  expect((await read(`onboardings?limit=100&${span}`)).items).toHaveLength(18)
  const [, first, second] = counted
  expect((await read(`onboardings?limit=100&week=${first?.week}&lastWeek=${second?.week}`)).items).toHaveLength(13)
  const wrong = await staff.api.callAs(cookie, 'onboardings?within=8')
  expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, 'within'])
})

test('a figure is reached by keys and opens its list, which says what it is and shows all again', async () => {
  const page = await open()
  const inTable = async () => {
    await page.keyboard.press('t')
    return page.locator('td :focus').count()
  }
  await expect.poll(inTable, { timeout: 10_000 }).toBe(1)
  await page.keyboard.press('ArrowDown')
  for (const _column of ['Accepted', 'within 7', 'within 14']) await page.keyboard.press('ArrowRight')
  // The cohort of seven from nine weeks ago, within 14 days: connected after 1, 6 and 11 days.
  const figure = page.locator(':focus')
  expect(await figure.textContent()).toBe('43%')
  await picture(page, 'report figure')
  await figure.press('Enter')
  const head = page.getByRole('heading', { name: /^3 clients: bank connected within 14 days, invited in the week of / })
  await head.waitFor()
  await page.locator('tr[data-row]').nth(2).waitFor()
  expect(await page.locator('tr[data-row]').count()).toBe(3)
  await picture(page, 'report list')
  await demandAccessible(page)
  await page.goBack()
  await page.getByRole('link', { name: '16 clients', exact: true }).click()
  await page.getByRole('heading', { name: /^16 clients: invited \d.* – \d/ }).waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.waitForURL(/\/clients\?view=all$/)
  await head.waitFor({ state: 'detached' })
})

test('the table says what became of the clients of a week, and each count opens its list', async () => {
  const page = await open()
  const week = page.getByRole('row').filter({ hasText: '43%' })
  await week.waitFor()
  const answers = async () =>
    week.locator('td').evaluateAll((cells) => cells.map((cell) => [cell.getAttribute('data-label'), cell.textContent]))
  expect((await answers()).filter(([name]) => !name?.includes('within'))).toEqual([
    ['Invited', '7'],
    ['Accepted', '2'],
    ['Declined', '1'],
    ['Expired', '1'],
    ['Cancelled', '1'],
    ['Still open', '2'],
  ])
  await week.locator('td[data-label="Still open"] a').click()
  await page.getByRole('heading', { name: /^2 clients: still open, invited in the week of / }).waitFor()
  await page.locator('tr[data-row]').nth(1).waitFor()
  expect(await page.locator('tr[data-row]').count()).toBe(2)
})

test('a report that has nothing yet says so, and one that fails is tried again', async () => {
  const practice = await staff.api.createPractice()
  const own = await staff.api.signIn(await staff.api.createPerson('practice_admin', practice))
  const page = await staff.visit(own)
  await page.route('**/api/v1/reports/conversion', (route) => route.fulfill({ status: 500, body: '{}' }))
  await page.goto('/reports/conversion')
  await page.getByText('We couldn’t load this report').waitFor({ timeout: 30_000 })
  await demandAccessible(page)
  await picture(page, 'report failed')
  await page.unroute('**/api/v1/reports/conversion')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('No invitations in the last half year').waitFor()
  await demandAccessible(page)
  await picture(page, 'report empty')
})

test('of fewer than five no share is said, in a sentence that reads as one', async () => {
  const practice = await staff.api.createPractice()
  const { id } = await staff.api.create({}, practice.key)
  const at = new Date(Date.now() - 9 * WEEK_MS)
  await staff.api.owner`UPDATE event SET at = ${at} WHERE onboarding_id = ${id} AND kind = 'invited'`
  await staff.api.owner`UPDATE conversion SET invited_at = ${at} WHERE onboarding_id = ${id}`
  const page = await staff.visit(
    await staff.api.signIn(await staff.api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' })),
  )
  await page.goto('/reports/conversion')
  await page.getByRole('table', { name: 'Week by week' }).waitFor()
  const headline = await page.locator('p').filter({ hasText: 'too few' }).textContent()
  // The chart leaves it out too: a dot at 0% would contradict the table.
  await page.getByText('Not enough clients yet. The chart starts with a week of five.').waitFor()
  expect(await page.locator('circle').count()).toBe(0)
  await demandAccessible(page)
  await picture(page, 'report too few')
  expect(headline).toMatch(/^1 client invited from .* to .*: too few to say how many connect a bank within \d+ days\.$/)
})
