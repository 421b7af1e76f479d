import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterEach, expect } from 'vitest'
import { keptWebApp } from '../../dev/built/webApp.ts'
import { startStaffApi } from '../api/staffHarness.ts'
import { demandAccessible, desktop, launchChrome, phone, picture, rulesOfColour, settled } from '../chrome.ts'
import { forFile } from '../forFile.ts'

export { demandAccessible, desktop, phone, picture, tablet } from '../chrome.ts'

type Changes = Parameters<typeof startStaffApi>[0]

/** Starts the whole app with its staff pages, and a browser. */
export async function startStaffBrowser(changes: Changes = {}) {
  const api = await startStaffApi({ ...changes, webRoot: await keptWebApp() })
  const chrome = await launchChrome()

  /** Opens a browser context, signed in if a cookie is given. A violation of the page's policy fails the test. */
  const visit = async (cookie: string | null, options: BrowserContextOptions = desktop): Promise<Page> => {
    const context = await chrome.newContext({ baseURL: api.url, ...options })
    context.setDefaultTimeout(20_000)
    const pairs = cookie ? cookie.split('; ').map((one) => one.split(/=(.*)/s)) : []
    await context.addCookies(pairs.map(([name = '', value = '']) => ({ name, value, url: api.url })))
    return context.newPage()
  }

  const createRosa = async () => {
    const person = await api.createPerson('practice_admin', api.practice, { name: 'Rosa Marsh' })
    return { ...person, cookie: await api.signIn(person) }
  }
  let created: ReturnType<typeof createRosa> | null = null
  /** Returns Rosa Marsh, an admin of the first practice, with the cookie of her session. Creates her on first use. */
  const rosa = () => {
    created ??= createRosa()
    return created
  }

  /** Opens a browser context in which Rosa is signed in. */
  const asRosa = async (options?: BrowserContextOptions) => visit((await rosa()).cookie, options)

  const ids = new Map<string, string>()

  return {
    api,
    visit,
    rosa,
    asRosa,
    /** Opens a page of the app as Rosa. */
    open: async (path: string, options?: BrowserContextOptions): Promise<Page> => {
      const page = await asRosa(options)
      await page.goto(path)
      return page
    },
    /** Creates a client of this name in the first practice; returns its id. */
    add: async (name: string, changes: Record<string, unknown> = {}): Promise<string> => {
      const { id } = await api.create({ organisation: { name }, ...changes })
      ids.set(name, id)
      return id
    },
    /** Returns the id of the client that was added under this name. */
    idOf: (name: string): string => {
      const id = ids.get(name)
      if (!id) throw new Error(`${name} was not added`)
      return id
    },
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

/**
 * Starts the app and a browser before the tests of a file, closes the pages after each and the rest at the end. The
 * returned object is filled by then.
 */
export function useStaffBrowser(changes: () => Promise<Changes> | Changes = () => ({})): StaffBrowser {
  const staff = forFile(async () => startStaffBrowser(await changes()))
  afterEach(() => staff.leave?.())
  return staff
}

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
  // What is too wide widens the window of a phone, too, so that its own width tells nothing.
  const width = page.viewportSize()?.width ?? 0
  const sideways = (await page.evaluate(() => document.documentElement.scrollWidth)) - width
  expect([name, sideways > 0]).toEqual([name, false])
}
