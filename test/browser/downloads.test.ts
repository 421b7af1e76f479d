import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { demandUsable, looks, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()
beforeAll(async () => {
  for (const name of ['Harbour Bakery Ltd', 'Harbour Books Ltd', 'Quay Ltd']) await staff.add(name)
})

/** Presses a button that saves a file; returns the file's name and lines. */
async function saved(page: Page, press: () => Promise<void>): Promise<{ name: string; lines: string[] }> {
  const saving = page.waitForEvent('download')
  await press()
  const download = await saving
  const text = await readFile(await download.path(), 'utf8')
  return { name: download.suggestedFilename(), lines: text.replace('\uFEFF', '').trim().split('\r\n') }
}

describe.each(looks)('at %s', (look, options) => {
  test('the list is saved as it is filtered now, from the menu beside "Save view"', async () => {
    const page = await staff.open('/clients?view=all&q=harbour%20b', options)
    await page.getByText('Harbour Books Ltd').first().waitFor()
    const more = page.getByRole('button', { name: 'More for this list' })
    await more.click()
    await page.getByRole('menuitem', { name: 'Download list' }).waitFor()
    await demandUsable(page, `list menu ${look}`)
    await page.keyboard.press('Escape')
    await expect.poll(() => more.evaluate((one) => one === document.activeElement)).toBe(true)
    await more.click()
    const file = await saved(page, () => page.getByRole('menuitem', { name: 'Download list' }).click())
    expect(file.name).toBe('clients.csv')
    expect(file.lines.slice(1).map((line) => line.split(',')[0])).toEqual(['Harbour Books Ltd', 'Harbour Bakery Ltd'])
  })
})

test('the board, whose columns hold less, has no such menu', async () => {
  const page = await staff.open('/clients/board')
  await page.getByText('Quay Ltd').first().waitFor()
  expect(await page.getByRole('button', { name: 'More for this list' }).count()).toBe(0)
})

test('the conversion report is saved with its figures', async () => {
  const page = await staff.open('/reports/conversion')
  await page.getByRole('table', { name: 'Week by week' }).waitFor()
  const file = await saved(page, () => page.getByRole('link', { name: 'Download CSV' }).click())
  expect(file.name).toBe('conversion.csv')
  expect(file.lines[0]).toMatch(/^Week of,Invited,Old enough for 7 days,/)
  expect(file.lines.at(-1)).toMatch(/^\d{4}-\d\d-\d\d,3,0,0,0,0,0,0,0,0,0,0,3$/)
})
