import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import sparticuz from '@sparticuz/chromium'
import type { RunOptions } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

/** The folder for pictures of every page; unset by default. */
const pictures = process.env.EMBARK_PICTURES
/** The time after which a changed width has settled, for a picture. */
const SETTLED_MS = 350

export const desktop = { viewport: { width: 1440, height: 900 } } satisfies BrowserContextOptions
export const tablet = { viewport: { width: 768, height: 1024 } } satisfies BrowserContextOptions
export const phone = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
} satisfies BrowserContextOptions
/** The narrowest supported width: a desktop window at 400 %. */
const narrow = { viewport: { width: 320, height: 720 } } satisfies BrowserContextOptions

/** Without optimising compilers: a test's pages do not live long enough to repay them. */
const args = ['--no-sandbox', '--js-flags=--no-maglev,--no-turbofan']

/** Starts a headless browser. Close it at the end. */
export async function launchChrome(): Promise<Browser> {
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args })
}

/** Waits until all animations and transitions have ended. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    for (;;) {
      // A transition starts some frames after its element was inserted.
      for (let n = 0; n < 3; n += 1) await frame()
      const moving = document
        .getAnimations()
        .filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity)
      if (moving.length === 0) return
      await Promise.all(moving.map(({ finished }) => finished.catch(() => null)))
    }
  })
}

/** Every width in both themes, for tests that only view a desktop in the light theme. */
const everyLook = [desktop, tablet, phone, narrow].flatMap(({ viewport }) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
)

/**
 * Takes a picture of the page in its present state, if pictures are enabled. With `EMBARK_LOOKS` the whole page is
 * shown, and a desktop page in the light theme in both themes; at every width too, unless an open part would close at
 * another width.
 */
export async function picture(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  if (!pictures) return
  const path = `${pictures}/${name.replaceAll('/', ' ').trim()}`
  if (!process.env.EMBARK_LOOKS) return void (await page.screenshot({ path: `${path}.png`, fullPage }))
  const before = page.viewportSize() ?? desktop.viewport
  const isLight = await page.evaluate(() => !matchMedia('(prefers-color-scheme: dark)').matches)
  if (before.width !== desktop.viewport.width || !isLight) return takeWhole(page, path, before)
  const isHeld = await page.evaluate(
    () => document.querySelector('[role=dialog], [role=menu], [data-row]:focus, [data-card]:focus') !== null,
  )
  for (const { viewport, colorScheme } of everyLook) {
    const isPhone = viewport.width <= phone.viewport.width
    if (isHeld && viewport.width !== before.width) continue
    await page.emulateMedia({ colorScheme })
    // The emulation of a phone lasts as long as this session.
    const device = isPhone ? await page.context().newCDPSession(page) : null
    await device?.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 1 })
    await takeWhole(page, `${path} @${viewport.width} ${colorScheme}`, viewport)
    await device?.detach()
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(before)
  // The caller may measure the page.
  await page.waitForTimeout(SETTLED_MS)
}

/** Takes a picture of a whole page in a window of its height: a taller capture would be of another device. */
async function takeWhole(page: Page, path: string, size: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(size)
  await page.waitForTimeout(SETTLED_MS)
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  if (height > size.height) {
    await page.setViewportSize({ width: size.width, height })
    await page.waitForTimeout(SETTLED_MS)
  }
  await page.screenshot({ path: `${path}.png` })
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect({ path, sideways: sideways > 0 }).toEqual({ path, sideways: false })
  if (height > size.height) await page.setViewportSize(size)
}

type Axe = { run(context: unknown, options: RunOptions): Promise<{ violations: Violation[] }> }
type Violation = { id: string; nodes: { html: string }[] }

const rules = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The axe rules that depend on the theme; the others check structure. */
export const rulesOfColour: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }

/** A tooltip is rendered at the end of the page, outside of its regions, and is read with the element it explains. */
const isTooltip = (html: string) => /^<[^>]* role="tooltip"/.test(html)

/** Returns the accessibility violations of the page in its present state, each with its elements. */
async function violationsOf(page: Page, options: RunOptions): Promise<string[]> {
  await settled(page)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(rules)
  const found = await page.evaluate(async (given) => {
    // axe cannot run in a frame without script; its content is checked on the client's page.
    if (document.querySelector('iframe:not([sandbox])')) throw new Error('a frame is not looked at')
    const { axe } = window as unknown as { axe: Axe }
    const { violations } = await axe.run({ exclude: [['iframe[sandbox]']] }, given)
    return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) }))
  }, options)
  return found
    .map(({ id, nodes }) => ({ id, nodes: nodes.filter(({ html }) => !(id === 'region' && isTooltip(html))) }))
    .filter(({ nodes }) => nodes.length > 0)
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

/** Fails with the accessibility violations of the page in its present state. */
export async function demandAccessible(page: Page, options: RunOptions = {}): Promise<void> {
  // Without passes: describing every passing element takes longer than checking it.
  const found = await violationsOf(page, { reporter: 'no-passes', ...options })
  expect({ on: page.url(), found }).toEqual({ on: page.url(), found: [] })
}
