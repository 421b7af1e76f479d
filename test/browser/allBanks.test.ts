import { describe, expect, test } from 'vitest'
import { demandAccessible, phone, picture } from '../chrome.ts'
import { clientDesktop, useClientBrowser } from './clientBrowser.ts'

// The pages of a client who says when their banks are all.

const side = useClientBrowser()

const windows = { phone, desktop: clientDesktop }

describe.each(['phone', 'desktop'] as const)('on a %s', (window) => {
  test.each(['light', 'dark'] as const)(
    'one bank, another one and one press, without script, in the %s',
    async (colorScheme) => {
      const practice = await side.createPractice({ bank_done_when: 'client_says' })
      const client = await side.invite({ steps: { books: 'skip' } }, practice)
      // Axe needs script, so the press is repeated without it below.
      const page = await side.visit({ ...windows[window], colorScheme })
      const seen = async (name: string) => {
        await picture(page, `all banks, ${name} ${window} ${colorScheme}`, { fullPage: true })
        await demandAccessible(page)
      }
      const approve = async () => {
        await page.locator('button.primary').click()
        await page.getByRole('button', { name: 'Approve', exact: true }).click()
        await page.getByRole('heading', { level: 1, name: 'Bank connected' }).waitFor()
      }
      await page.goto(`/j/${await side.tokenFor(client)}`)
      await page.getByRole('button', { name: 'Albion Union Bank' }).click()
      await approve()
      await page.getByText('Does Harbour Bakery Ltd use another bank too?').waitFor()
      await seen('first bank')
      await page.getByRole('link', { name: 'Add another bank' }).click()
      await page.getByRole('heading', { level: 1, name: 'Add another bank for Harbour Bakery Ltd' }).waitFor()
      await seen('add another')
      await page.getByRole('searchbox').fill('kestrel')
      await page.getByRole('button', { name: 'Search' }).click()
      await page.getByRole('button', { name: 'Kestrel' }).click()
      await page
        .getByRole('button', { name: /cancel/i })
        .first()
        .click()
      await page.getByRole('heading', { level: 1, name: 'You stopped before finishing' }).waitFor()
      await seen('stopped')
      await page.getByRole('button', { name: /^Try Kestrel/ }).click()
      await approve()
      await page.getByRole('heading', { level: 2, name: 'Albion Union Bank' }).waitFor()
      await seen('second bank')

      const plain = await side.visit({ ...windows[window], javaScriptEnabled: false })
      await plain.goto(page.url())
      await plain.getByRole('button', { name: 'That’s all my banks' }).click()
      await plain.getByText('You have nothing else to do.').waitFor()
      await page.reload()
      expect(await page.getByRole('button', { name: 'That’s all my banks' }).count()).toBe(0)
      await seen('said')
      await page.context().close()
      await plain.context().close()
    },
  )
})
