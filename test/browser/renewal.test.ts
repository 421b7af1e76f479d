import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../../domain/situation.ts'
import { connectors } from '../../providers/connectors.ts'
import { atBank, browse } from '../api/client/clientHarness.ts'
import { demandAccessible, phone, picture } from '../chrome.ts'
import { clientDesktop, useClientBrowser } from './clientBrowser.ts'

// A client who is asked to keep sharing a bank, from the link to the answer, at a provider that can renew.

const side = useClientBrowser({}, (sandbox) => connectors(sandbox.plaid()))

const windows = [
  ['a phone', phone],
  ['a phone without script', { ...phone, javaScriptEnabled: false }],
  ['a desktop, in the dark', { ...clientDesktop, colorScheme: 'dark' }],
] as const

/** A client who is asked about a bank whose access ends in so many days. `there`: its provider ends it then, too. */
async function asked(inDays: number, there = false) {
  const client = await side.invite({ steps: { books: 'skip' } })
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ins_117601' })))
  const until = new Date(Date.now() + inDays * DAY_MS)
  const [bank] = await side.owner<{ id: string }[]>`
    UPDATE connection SET access_until = ${until}, asked_at = now(), asks_made = 1,
      ends_there = CASE WHEN ${there} THEN ${until}::timestamptz ELSE ends_there END
    WHERE onboarding_id = ${client.id} RETURNING id`
  const daysLeft = async () => {
    const [row] = await side.owner<
      { until: Date }[]
    >`SELECT access_until AS until FROM connection WHERE id = ${bank!.id}`
    return Math.round((row!.until.getTime() - Date.now()) / DAY_MS)
  }
  return { base, id: bank!.id, daysLeft }
}

describe.each(windows)('on %s', (window, options) => {
  const begin = async (base: string) => {
    const page = await side.visit(options)
    await page.goto(base)
    const seen = async (name: string) => {
      await picture(page, `renewal, ${name} on ${window}`, { fullPage: true })
      // Axe needs script.
      if (!('javaScriptEnabled' in options)) await demandAccessible(page)
    }
    return { page, seen }
  }
  const headed = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
  const tick = (page: Page) => page.getByRole('checkbox', { name: /^I agree that they keep seeing/ }).check()

  test('nothing is ticked beforehand, nothing happens without a tick, and a tick is enough', async () => {
    const { base, daysLeft } = await asked(10)
    const { page, seen } = await begin(base)
    await headed(page, /^Keep sharing .+\?$/)
    expect(await page.getByRole('checkbox').isChecked()).toBe(false)
    await seen('asked')
    await page.getByRole('link', { name: 'Decide later' }).click()
    await headed(page, 'That’s fine')
    await seen('later')
    await page.getByRole('link', { name: 'Back' }).click()
    await page.getByRole('button', { name: 'Yes, keep sharing' }).click()
    await page.getByRole('alert').getByText('Tick the box first').waitFor()
    await seen('not ticked')
    expect(await daysLeft()).toBe(10)
    await page.getByRole('link', { name: /^Tick the box to keep sharing/ }).click()
    await tick(page)
    await page.getByRole('button', { name: 'Yes, keep sharing' }).click()
    await headed(page, /^You share .+ until /)
    await page.getByText('You have nothing else to do.').waitFor()
    await seen('kept')
    expect(await daysLeft()).toBe(90)
    await page.context().close()
  })

  test('a visit that is left changes nothing, and the next one names an account that it left out', async () => {
    const { base, daysLeft } = await asked(5, true)
    const { page, seen } = await begin(base)
    await headed(page, /^Approve again at /)
    await seen('visit')
    await tick(page)
    await page.getByRole('button', { name: /^Continue to / }).click()
    await page.getByRole('button', { name: 'Exit' }).click()
    await headed(page, 'Nothing has changed')
    await seen('left')
    expect(await daysLeft()).toBe(5)
    await page.getByRole('link', { name: /^Try .+ again$/ }).click()
    await tick(page)
    await page.getByRole('button', { name: /^Continue to / }).click()
    await page.getByText('Make something go wrong').click()
    await page.getByRole('button', { name: /^Approve other accounts/ }).click()
    await headed(page, 'One account is no longer shared')
    await page.getByText(/^Business Savings .+ was shared before\. The others go on\.$/).waitFor()
    await seen('account missing')
    expect(await daysLeft()).toBe(90)
    await page.getByRole('button', { name: 'It’s closed' }).click()
    await headed(page, /^You share .+ until /)
    await page.context().close()
  })

  test('an account that can’t be seen any more is named where the client is asked, and is closed by one press', async () => {
    const { base, id, daysLeft } = await asked(60)
    await side.owner`
      UPDATE connection_account SET missing_since = now() - interval '1 hour'
      WHERE connection_id = ${id} AND name = 'Business Savings'`
    const { page, seen } = await begin(base)
    await headed(page, /^Keep sharing .+\?$/)
    await page.getByText(/^Business Savings .+ was shared before and can’t be seen any more\.$/).waitFor()
    await seen('asked about an account')
    await page.getByRole('button', { name: 'It’s closed' }).click()
    await headed(page, /^You share .+ until /)
    expect(await page.getByText('Business Savings').count()).toBe(0)
    expect(await daysLeft()).toBe(60)
    await page.context().close()
  })
})
