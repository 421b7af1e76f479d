import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { connectors } from '../../providers/connectors.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { connect, type Made } from './connected.ts'
import { desktop, useStaffBrowser } from './staffBrowser.ts'

/** Starts the app, with a ledger of the sandbox, and a browser for the tests of a file about a client's page. */
export function useClientPage() {
  const sandbox = forFile(againstSandbox)
  const staff = useStaffBrowser(() => ({ ledgers: connectors(sandbox.xero()) }))

  /** Creates a client who accepted, with these steps connected as returns from providers do. */
  async function accepted(name: string, connected: ('bank' | 'books')[] = []): Promise<Made> {
    const made: Made = await staff.api.create({ organisation: { name } })
    await staff.api.accept(made.id)
    for (const kind of connected) await connect(staff.api, made, kind)
    return made
  }

  /** Opens a page as Rosa, with the right to use the clipboard. */
  const open = async (path: string, options: BrowserContextOptions = desktop): Promise<Page> => {
    const page = await staff.asRosa(options)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.goto(path)
    return page
  }

  /** Creates an organisation at the ledger. Returns its id. */
  const organisation = async (name: string): Promise<string> =>
    (await sandbox.control<{ tenantId: string }>('xero/organisations', { name })).tenantId

  return {
    staff,
    sandbox,
    accepted,
    open,
    organisation,
  }
}

/** The card of a client's page with this heading. */
export const region = (page: Page, name: string) => page.getByRole('region', { name })
/** Chooses an item of a step's menu. */
export const manage = async (page: Page, step: string, item: string) => {
  // The menu of another step may still be closing, and has the same items.
  await expect.poll(() => page.getByRole('menu').count()).toBe(0)
  await page.getByRole('button', { name: `Manage ${step}`, exact: true }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}
/** The line of a step. */
export const line = (page: Page, step: string) =>
  region(page, 'Steps')
    .getByRole('listitem')
    .filter({ has: page.getByText(step, { exact: true }) })
