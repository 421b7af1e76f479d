import { expect, test } from 'vitest'
import { giveConsent } from '../giveConsent.ts'
import { names, row, useClientList } from './clientList.ts'
import { demandAccessible, demandUsable, looks, picture } from './staffBrowser.ts'

// The ways to a client in the list: views, filters, search and keys.

const { staff } = useClientList()

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

test('a reference that is written by hand leads to its client, and another says who can help', async () => {
  await staff.api.owner`UPDATE organisation SET reference = 'EM-7K2P49' WHERE name = 'Moorhen Music'`
  const page = await staff.open('/r/em-7k2p49')
  await page.getByRole('heading', { name: 'Moorhen Music', level: 1 }).waitFor()
  await page.waitForURL(new RegExp(`/clients/${staff.idOf('Moorhen Music')}$`))
  await page.goto('/r/EM-000000')
  await page.getByText('You can’t see this client').waitFor()
})
