import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderMail } from '../../messages/templates/render.tsx'
import { renderClientPage } from '../../pages/client/render.tsx'
import type { ClientView } from '../../pages/client/view.ts'
import { demandAccessible, launchChrome, picture, rulesOfColour } from '../chrome.ts'
import { mailViews } from '../messages/mailViews.ts'
import { bank, clientViews, invitation } from '../pages/clientViews.ts'

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
    // Both themes have the same structure: in the dark one only the rules of colour are checked.
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
      // A mail is no page of its own, so the rules about pages are off.
      const off = { enabled: false }
      await demandAccessible(page, { rules: { region: off, 'landmark-one-main': off, 'page-has-heading-one': off } })
    },
  )
})

describe('on a phone of 390 × 844', () => {
  const top = (page: Page) =>
    page
      .locator('.tiles button')
      .first()
      .evaluate((element) => element.getBoundingClientRect().top)
  const sixty = 0.6 * 844

  test('the first bank is in the first 60 % of the screen, below who asks, what, why and until when', async () => {
    const page = pages.light!
    await page.setContent(renderClientPage(invitation).html)
    expect(await top(page)).toBeLessThanOrEqual(sixty)
    await picture(page, 'client page first screen of a phone')
  })

  test('also with names of 28 characters', async () => {
    const page = pages.light!
    const practice = { ...invitation.practice, name: 'Featherstone & Lowe Partners' }
    const organisation = 'The Harbour Bakery Company 2'
    await page.setContent(renderClientPage({ ...invitation, practice, organisation }).html)
    expect(await top(page)).toBeLessThanOrEqual(sixty)
  })

  test('with names of 60 characters and the longest reason it is still on the screen', async () => {
    const page = pages.light!
    const practice = { ...invitation.practice, name: 'Featherstonehaugh, Lowe, Marsh & Partners Accountants of Ely' }
    const organisation = 'The Harbour Bakery, Coffee and Catering Company of Bristol 2'
    const reasonBank = `To ${'see that all of it is in order and nothing is missing '.repeat(2)}`.slice(0, 80)
    const view = { ...invitation, practice, organisation, bank: { ...bank, words: { ...bank.words, reasonBank } } }
    await page.setContent(renderClientPage(view).html)
    expect(await top(page)).toBeLessThanOrEqual(660)
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

test('a sort code or account number never breaks over two lines, however narrow the page', async () => {
  const page = pages.light!
  const names = ['Business Current', 'Euro', 'The Harbour Bakery Company Reserve', 'Tax and VAT savings pot', 'Main']
  const accounts = names
    .flatMap((name) => [name, `${name} account`])
    .map((name) => ({ name, last4: '5678', sortCode: '412128' }))
  const connected = clientViews['bank connected'] as Extract<ClientView, { page: 'bank-connected' }>
  for (const width of [320, 390]) {
    await page.setViewportSize({ width, height: 844 })
    await page.setContent(renderClientPage({ ...connected, accounts }).html)
    await picture(page, `client page accounts at ${width}`, { fullPage: true })
    /** Returns the number of lines over which a figure stands in each item. */
    const linesOf = (figure: string) =>
      page.locator('.accounts li').evaluateAll((items, figure) => {
        return items.map((item) => {
          const texts = document.createTreeWalker(item, NodeFilter.SHOW_TEXT)
          while (texts.nextNode()) {
            const at = texts.currentNode.textContent?.indexOf(figure) ?? -1
            if (at < 0) continue
            const range = document.createRange()
            range.setStart(texts.currentNode, at)
            range.setEnd(texts.currentNode, at + figure.length)
            return new Set([...range.getClientRects()].map(({ top }) => top)).size
          }
          return 0
        })
      }, figure)
    for (const figure of ['41-21-28', '••••5678']) expect(await linesOf(figure)).toEqual(accounts.map(() => 1))
  }
  await page.setViewportSize({ width: 390, height: 844 })
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
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('What you agree to, in full')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Lloyds Bank')
  expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineWidth)).toBe('3px')
  await context.close()
})
