import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import sparticuz from '@sparticuz/chromium'
import type { RunOptions } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

/** Where to leave pictures of every page; nowhere unless asked for. */
const pictures = process.env.EMBARK_PICTURES
/** What changes with the width, in a picture, has come to rest by then. */
const SETTLED_MS = 350

export const desktop = { viewport: { width: 1440, height: 900 } } satisfies BrowserContextOptions
export const tablet = { viewport: { width: 768, height: 1024 } } satisfies BrowserContextOptions
export const phone = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
} satisfies BrowserContextOptions
/** The narrowest that a page is read at: a desk's window at 400 %. */
const narrow = { viewport: { width: 320, height: 720 } } satisfies BrowserContextOptions

/** A browser without a window. Close it at the end. */
export async function launchChrome(): Promise<Browser> {
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args: ['--no-sandbox'] })
}

/** Waits until everything that is on its way in or out has come to rest. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    for (;;) {
      // What was put in a moment ago begins to move some frames later.
      for (let n = 0; n < 3; n += 1) await frame()
      const moving = document
        .getAnimations()
        .filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity)
      if (moving.length === 0) return
      await Promise.all(moving.map(({ finished }) => finished.catch(() => null)))
    }
  })
}

/** Every width in both themes, where a test itself looks at a desk in the light. */
const everyLook = [desktop, tablet, phone, narrow].flatMap(({ viewport }) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
)

/**
 * Leaves a picture of the page as it stands, if pictures are asked for. With `EMBARK_LOOKS` the page is whole, and one at a
 * desk in the light is shown in both themes; at every width too, unless something is open that another width would close.
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
    // A phone is one for as long as this stands.
    const device = isPhone ? await page.context().newCDPSession(page) : null
    await device?.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 1 })
    await takeWhole(page, `${path} @${viewport.width} ${colorScheme}`, viewport)
    await device?.detach()
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(before)
}

/** A picture of all of a page, made as high as it is: one taken beyond the window's edge would be of another device. */
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

/** The rules that a theme decides; the others ask what a page is made of. */
export const rulesOfColour: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }

/** It hangs at the end of the page, outside of its regions, and is read together with what it explains. */
const isTooltip = (html: string) => /^<[^>]* role="tooltip"/.test(html)

/** What the rules of accessibility find on the page as it stands, each with the elements that break it. */
async function violationsOf(page: Page, options: RunOptions): Promise<string[]> {
  await settled(page)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(rules)
  const found = await page.evaluate(async (given) => {
    // In a frame without script the rules cannot run: what it shows is looked at where clients get it.
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

/** Fails with what the rules of accessibility find on the page as it stands. */
export async function demandAccessible(page: Page, options: RunOptions = {}): Promise<void> {
  // Of what is well nothing is told: to name each element takes longer than to look at it.
  const found = await violationsOf(page, { reporter: 'no-passes', ...options })
  expect({ on: page.url(), found }).toEqual({ on: page.url(), found: [] })
}
