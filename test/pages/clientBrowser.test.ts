import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderClientPage } from '../../pages/client/render.tsx'
import { renderMail } from '../../pages/mails/render.tsx'
import { demandAccessible, launchChrome, picture, rulesOfColour } from '../chrome.ts'
import { bank, clientViews, invitation } from './clientViews.ts'
import { mailViews } from './mailViews.ts'

let browser: Browser
const pages: Partial<Record<'light' | 'dark', Page>> = {}

beforeAll(async () => {
  browser = await launchChrome()
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 390, height: 844 } })
    pages[colorScheme] = await context.newPage()
  }
})
afterAll(() => browser?.close())

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  test.each(Object.keys(clientViews))('%s: axe finds nothing, and nothing scrolls sideways', async (name) => {
    const page = pages[theme]!
    await page.setContent(renderClientPage(clientViews[name]!).html)
    await picture(page, `client page ${name} ${theme}`, { fullPage: true })
    // Structure is the same in both themes: the dark one is looked at for what colour decides.
    await demandAccessible(page, theme === 'dark' ? rulesOfColour : {})
    await page.setViewportSize({ width: 320, height: 844 })
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    await page.setViewportSize({ width: 390, height: 844 })
    expect(sideways).toBeLessThanOrEqual(0)
  })

  test.each(['invitation with a message and a text', 'reminder 2', 'done', 'bounced'])(
    'mail %s: axe finds nothing',
    async (name) => {
      const page = pages[theme]!
      await page.setContent((await renderMail(mailViews[name]!)).html)
      await picture(page, `mail ${name} ${theme}`, { fullPage: true })
      // A mail is no page of its own.
      const off = { enabled: false }
      await demandAccessible(page, { rules: { region: off, 'landmark-one-main': off, 'page-has-heading-one': off } })
    },
  )
})

describe('on a phone of 390 × 844', () => {
  const bottom = (page: Page, selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => element.getBoundingClientRect().bottom)

  test('who asks, the whole consent and the first bank are there without scrolling', async () => {
    const page = pages.light!
    await page.setContent(renderClientPage(invitation).html)
    expect(await bottom(page, '.tiles button')).toBeLessThanOrEqual(844)
  })

  test('also with everything a bank can be asked for and long names', async () => {
    const page = pages.light!
    const practice = { ...invitation.practice, name: 'Featherstonehaugh & Partners Chartered Accountants' }
    const organisation = 'The Harbour Bakery and Coffee Company Ltd'
    await page.setContent(renderClientPage({ ...invitation, practice, organisation }).html)
    expect(await bottom(page, '.tiles button')).toBeLessThanOrEqual(844)
  })

  test('targets are at least 48 high, tiles 56, six of them', async () => {
    const page = pages.light!
    await page.setContent(renderClientPage(invitation).html)
    const heights = await page
      .locator('.tiles button:visible')
      .evaluateAll((tiles) => tiles.map((tile) => tile.getBoundingClientRect().height))
    expect(heights).toHaveLength(6)
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(56)
    const others = await page
      .locator('main input:visible, main .no:visible, main .ways a:visible, main .ways .link:visible')
      .evaluateAll((controls) => controls.map((control) => control.getBoundingClientRect().height))
    expect(Math.min(...others)).toBeGreaterThanOrEqual(48)
    expect(await page.locator('.qr:visible').count()).toBe(0)
  })

  test('text twice the size is still read without scrolling sideways', async () => {
    const page = pages.light!
    const { html } = renderClientPage(invitation)
    await page.setContent(html.replace('<style>', '<style>html{font-size:200%}'))
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  })
})

test('on a desk with a mouse the QR code and eight tiles are shown, and keys reach the first bank', async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.setContent(renderClientPage({ ...invitation, bank: { ...bank } }).html)
  expect(await page.locator('.qr:visible').count()).toBe(1)
  expect(await page.locator('.tiles button:visible').count()).toBe(8)
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Lloyds Bank')
  expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineWidth)).toBe('3px')
  await context.close()
})
