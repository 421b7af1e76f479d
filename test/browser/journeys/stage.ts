import type { BrowserContextOptions, Page } from 'playwright-core'
import { waitFor } from '../../waitFor.ts'
import { startWholeProduct } from '../../wholeProduct.ts'
import { startStaffBrowser } from '../staffBrowser.ts'

export type Stage = Awaited<ReturnType<typeof startStage>>

/**
 * Starts everything that a journey passes through, with no part faked: the staff app and the client pages in a browser,
 * the API, the engine with a worker, and every provider as a server of its own. Call `stop` at the end.
 */
export async function startStage() {
  const whole = await startWholeProduct()
  const { harness } = whole
  const staff = await startStaffBrowser(whole.api)
  const practice = await staff.api.createPractice({ name: 'Marsh & Lowe Accountants', plan: 'plus' })
  const admin = await staff.api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' })

  return {
    harness,
    staff,
    practice,
    admin,
    /** Rosa Marsh, an admin, in a browser of her own. */
    rosa: async (options?: BrowserContextOptions) => staff.visit(await staff.api.signIn(admin), options),
    /** Waits for the newest message to an address or number with this text; returns it and its link's address. */
    sent: async (to: string, says: string | RegExp) => {
      const message = await waitFor(`a message to ${to} that says ${says}`, async () =>
        (await harness.control.messagesTo(to)).find(({ subject = '', text }) => `${subject}\n${text}`.match(says)),
      )
      return { ...message, link: /https?:\/\/\S+\/j\/[\w-]+/.exec(message.text)?.[0] ?? '' }
    },
    stop: async () => {
      await staff.stop()
      await whole.stop()
    },
  }
}

export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor()

/** Returns the id of the client whose page is open. */
export const openClient = (page: Page): string => /\/clients\/([\w-]{36})/.exec(page.url())?.[1] ?? ''

/** Signs in at the sandbox's bank and approves the ticked accounts. */
export async function approveAtBank(page: Page): Promise<void> {
  await page.locator('button.primary').click()
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
}

/** Allows an organisation of this name at the sandbox's Xero, with the last connected bank's accounts, if any. */
export async function allowAtXero(page: Page, organisation: string): Promise<void> {
  await page.getByLabel(/new organisation named/i).fill(organisation)
  const accounts = page.getByLabel('With the bank accounts of')
  if (await accounts.isVisible()) await accounts.selectOption({ index: 1 })
  await page.getByRole('button', { name: 'Allow access' }).click()
}
