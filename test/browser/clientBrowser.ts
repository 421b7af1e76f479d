import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { type ClientSide, startClientSide } from '../api/client/clientHarness.ts'
import { launchChrome } from '../chrome.ts'

export type ClientBrowser = ClientSide & {
  /** Opens a browser context for the client pages. */
  visit: (options: BrowserContextOptions) => Promise<Page>
}

/**
 * Starts the client side and a browser before the tests of a file, and stops both at the end. The returned object is
 * filled by then. `given`: the client side's own parameters.
 */
export function useClientBrowser(...given: Parameters<typeof startClientSide>): ClientBrowser {
  const side = {} as ClientBrowser
  let chrome: Browser
  beforeAll(async () => {
    Object.assign(side, await startClientSide(...given))
    chrome = await launchChrome()
    side.visit = async (options) => {
      const context = await chrome.newContext({ baseURL: side.publicUrl, ...options })
      context.setDefaultTimeout(8_000)
      return context.newPage()
    }
  })
  afterAll(async () => {
    await chrome?.close()
    await side.stop?.()
  })
  return side
}

/** The window in which client pages are looked at on a desktop. */
export const clientDesktop = { viewport: { width: 1280, height: 900 } } satisfies BrowserContextOptions
