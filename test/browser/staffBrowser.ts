import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { startStaffApi } from '../api/staffHarness.ts'
import { demandAccessible, desktop, launchChrome, phone, picture, rulesOfColour, settled } from '../chrome.ts'
import { builtWebApp } from '../webApp.ts'

export { demandAccessible, desktop, phone, picture, tablet } from '../chrome.ts'

/** Starts the whole app with its staff pages, and a browser. */
export async function startStaffBrowser(changes: Parameters<typeof startStaffApi>[0] = {}) {
  const api = await startStaffApi({ ...changes, webRoot: await builtWebApp() })
  const chrome = await launchChrome()

  /** Opens a browser context, signed in if a cookie is given. A violation of the page's policy fails the test. */
  const visit = async (cookie: string | null, options: BrowserContextOptions = desktop): Promise<Page> => {
    const context = await chrome.newContext({ baseURL: api.url, ...options })
    context.setDefaultTimeout(20_000)
    const pairs = cookie ? cookie.split('; ').map((one) => one.split(/=(.*)/s)) : []
    await context.addCookies(pairs.map(([name = '', value = '']) => ({ name, value, url: api.url })))
    return context.newPage()
  }

  return {
    api,
    visit,
    /** Closes all pages. */
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

/** Unfolds a part of a client's page if it is folded, as on a phone. */
export async function unfold(page: Page, title: string): Promise<void> {
  await page.getByRole('region', { name: title }).waitFor()
  const fold = page.getByRole('button', { name: title, exact: true, expanded: false })
  if (await fold.isVisible()) await fold.click()
}

/** The ways to view a page: in a window and on a phone, opened in the dark theme. */
export const looks: [name: string, BrowserContextOptions][] = [
  ['1440', { ...desktop, colorScheme: 'dark' }],
  ['390', { ...phone, colorScheme: 'dark' }],
]

/**
 * Demands that the page in its present state is usable: no accessibility violations in either theme, and no sideways
 * scrolling. Takes a picture in each theme.
 */
export async function demandUsable(page: Page, name: string, shown: { fullPage?: boolean } = {}): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    await settled(page)
    await picture(page, `${name} ${colorScheme}`, shown)
    // The light theme only needs the rules of colour: the page is otherwise the same.
    await demandAccessible(page, colorScheme === 'dark' ? rulesOfColour : {})
  }
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect([name, sideways > 0]).toEqual([name, false])
}
