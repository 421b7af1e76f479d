import type { Browser, BrowserContextOptions, CDPSession, Page } from 'playwright-core'
import { desktop } from '../../test/chrome.ts'
import type { Embedded } from './embedded.ts'
import { type Shown, watch } from './watching.ts'

export const LIST: Shown = { path: '/clients', content: '[data-row], main li a[href^="/clients/"]' }

/** Opens a page as a signed-in person in a fresh browser context. `first`: the content to wait for, if measured. */
export type Visit = (options?: BrowserContextOptions, first?: Shown) => Promise<{ page: Page; device: CDPSession }>

/** Signs in an admin; returns a function that visits the app as them. */
export async function signedIn({ stack }: Pick<Embedded, 'stack'>, chrome: Browser): Promise<Visit> {
  const { url } = stack.addresses
  const admin = stack.staff.find(({ role }) => role === 'practice_admin')
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: admin?.email, password: admin?.password }),
  })
  if (!answer.ok) throw new Error(`not signed in: ${answer.status}`)
  const cookies = answer.headers.getSetCookie().map((one) => {
    const [name = '', value = ''] = (one.split(';')[0] ?? '').split(/=(.*)/s)
    return { name, value, url }
  })
  return async (options = desktop, first) => {
    const context = await chrome.newContext({ baseURL: url, ...options })
    context.setDefaultTimeout(30_000)
    await context.addCookies(cookies)
    // esbuild's helper for function names does not exist in a page, so it is added.
    await context.addInitScript('globalThis.__name = (one) => one')
    await context.addInitScript(watch, first ?? null)
    const page = await context.newPage()
    const device = await context.newCDPSession(page)
    await device.send('Performance.enable', { timeDomain: 'threadTicks' })
    return { page, device }
  }
}

/** Returns the page's record of the content that it was told to wait for. */
export const seen = (page: Page) => page.evaluate(() => window.watching.seen)

/** Returns the processor time of the page's main thread so far, in ms. Other load on the machine does not change it. */
export async function workOf(device: CDPSession): Promise<number> {
  const { metrics } = await device.send('Performance.getMetrics')
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
}
