import { AxeBuilder } from '@axe-core/playwright'
import sparticuz from '@sparticuz/chromium'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { startStaffApi } from '../api/staffHarness.ts'
import { builtWebApp } from '../webApp.ts'

/** Where to leave pictures of every page; nowhere unless asked for. */
const pictures = process.env.EMBARK_PICTURES

export const desktop = { viewport: { width: 1440, height: 900 } } satisfies BrowserContextOptions
export const tablet = { viewport: { width: 768, height: 1024 } } satisfies BrowserContextOptions
export const phone = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
} satisfies BrowserContextOptions

/** The whole app with its staff pages, and a browser to visit them with. */
export async function startStaffBrowser(changes: Parameters<typeof startStaffApi>[0] = {}) {
  const api = await startStaffApi({ ...changes, webRoot: await builtWebApp() })
  const chrome = await chromium.launch({ executablePath: await sparticuz.executablePath(), args: ['--no-sandbox'] })

  /** A browser of its own; with a session's cookie, signed in. Whatever the page's policy forbids fails the test. */
  const visit = async (cookie: string | null, options: BrowserContextOptions = desktop): Promise<Page> => {
    const context = await chrome.newContext({ baseURL: api.url, ...options })
    context.setDefaultTimeout(10_000)
    const pairs = cookie ? cookie.split('; ').map((one) => one.split(/=(.*)/s)) : []
    await context.addCookies(pairs.map(([name = '', value = '']) => ({ name, value, url: api.url })))
    return context.newPage()
  }

  return {
    api,
    visit,
    /** Closes whatever was visited. */
    leave: async () => {
      for (const context of chrome.contexts()) await context.close()
    },
    stop: async () => {
      await chrome.close()
      await api.stop()
    },
  }
}

export type StaffBrowser = Awaited<ReturnType<typeof startStaffBrowser>>

/** Every width in both themes, where a test itself looks at a desk in the light. */
const looks = [1440, 768, 390].flatMap((width) => (['light', 'dark'] as const).map((theme) => ({ width, theme })))
/** What changes with the width has come to rest by then. */
const SETTLED_MS = 350

/**
 * Leaves a picture of the page as it stands, if pictures are asked for. With `EMBARK_LOOKS` the page is whole, and one at a
 * desk in the light is shown at every width in both themes.
 */
export async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return
  const path = `${pictures}/${name.replaceAll('/', ' ').trim()}`
  if (!process.env.EMBARK_LOOKS) return void (await page.screenshot({ path: `${path}.png` }))
  const before = page.viewportSize()
  const isLight = await page.evaluate(() => !matchMedia('(prefers-color-scheme: dark)').matches)
  if (before?.width !== desktop.viewport.width || !isLight)
    return void (await page.screenshot({ path: `${path}.png`, fullPage: true }))
  for (const { width, theme } of looks) {
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize({ width, height: width === 1440 ? 900 : width === 768 ? 1024 : 844 })
    await page.waitForTimeout(SETTLED_MS)
    await page.screenshot({ path: `${path} @${width} ${theme}.png`, fullPage: true })
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(before)
  await page.waitForTimeout(SETTLED_MS)
}

/** Opens a part of a client's page where it comes folded, as on a phone. */
export async function unfold(page: Page, title: string): Promise<void> {
  await page.getByRole('region', { name: title }).waitFor()
  const fold = page.getByRole('button', { name: title, exact: true, expanded: false })
  if (await fold.isVisible()) await fold.click()
}

/** Fails with what the rules of accessibility find on the page as it stands. */
export async function demandAccessible(page: Page): Promise<void> {
  // In a frame without script the rules cannot run: what it shows is looked at where clients get it.
  const { violations } = await new AxeBuilder({ page }).exclude('iframe[sandbox]').analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
  expect(found).toEqual([])
}
