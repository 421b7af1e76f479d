import { expect, test } from 'vitest'
import { loseConnection, recoverConnection } from '../../commands/connections/connectionHealth.ts'
import { rulesOfColour } from '../chrome.ts'
import { ageLastMessage, giveConsent, holdBooks } from '../giveConsent.ts'
import { demandAccessible, demandUsable, looks, picture, unfold, useStaffBrowser } from './staffBrowser.ts'

// The Connections card of a client: each connection with its health, and what helps it.

const staff = useStaffBrowser()

/** Adds a client with a bank in every health, and books whose sign-in ended. */
async function everyHealth(name: string): Promise<string> {
  const { api } = staff
  const id = await staff.add(name)
  await api.accept(id)
  await giveConsent(api.owner, id, { ends: 60, accounts: 2 })
  await giveConsent(api.owner, id, { ends: 9, bank: 'Juniper', accounts: 1 })
  await giveConsent(api.owner, id, { ends: 50, ended: -0.1, health: 'unanswered', bank: 'Quay Bank' })
  await giveConsent(api.owner, id, { ends: 8, bank: 'Weir Bank', institution: 'ob-weir' })
  await api.owner`INSERT INTO bank_outage (institution, since, retry_at)
    VALUES ('ob-weir', now() - interval '2 hours', now()) ON CONFLICT DO NOTHING`
  await giveConsent(api.owner, id, { ends: -3, ended: -3, state: 'lost', health: 'expired', bank: 'Harbour Bank' })
  await giveConsent(api.owner, id, { ends: 40, ended: -1, state: 'lost', health: 'ended', bank: 'Mill Bank' })
  await giveConsent(api.owner, id, { ended: -2, state: 'disconnected', by: 'client', bank: 'Old Bank' })
  const books = await holdBooks(api.owner, id, (await staff.rosa()).id)
  await loseConnection(api.deps.commands, api.practice.id, books, 'sign_in_ended', 'Signed out.')
  await ageLastMessage(api.owner, id)
  return id
}

test.each(looks)(
  'every connection says how it stands and has the one button that helps, at %s',
  async (look, options) => {
    const id = await everyHealth(`Every Health ${look} Ltd`)
    const page = await staff.open(`/clients/${id}`, options)
    await unfold(page, 'Connections')
    const card = page.getByRole('region', { name: 'Connections' })
    const line = (name: string) => card.locator('li', { has: page.locator('strong', { hasText: name }) })
    const says = (name: string, words: RegExp) => line(name).getByText(words).waitFor()
    await says('Northgate Bank', /^Northgate Bank: Working · read .+ · access until \d+ \w{3}/)
    await says('Juniper', /Access ends \d+ \w{3}.*: Jo to confirm/)
    await says('Quay Bank', /Checking with Quay Bank, since \d\d:\d\d|yesterday/)
    await says('Weir Bank', /Weir Bank isn’t answering since .+\. We keep trying; the client isn’t asked\.$/)
    await says('Harbour Bank', /Access ended \d+ \w{3}/)
    await says('Mill Bank', /Access ended \d+ \w{3}.*: stopped at the bank/)
    await says('Old Bank', /^Jo stopped it on \d+ \w{3}/)
    await says('Xero', /^Xero: Every Health.*: Xero signed .+ out. Books can’t be read since \d+ \w{3}/)
    expect(await line('Northgate Bank').getByRole('button').allTextContents()).toEqual(['Manage'])
    expect(await line('Quay Bank').getByRole('button').allTextContents()).toEqual(['Check now', 'Manage'])
    expect(await line('Weir Bank').getByRole('button').allTextContents()).toEqual(['Manage'])
    expect(await line('Harbour Bank').getByRole('button').allTextContents()).toEqual(['Ask to reconnect', 'Manage'])
    expect(await line('Old Bank').getByRole('button').count()).toBe(0)
    await demandUsable(page, `connections card ${look}`, { fullPage: true })

    await line('Juniper').getByRole('button', { name: 'Ask to confirm: Juniper' }).click()
    await page.getByText('Asked Jo to confirm Juniper.').waitFor()
    await line('Juniper').getByRole('button', { name: 'Remind: Juniper' }).waitFor()
    await line('Quay Bank').getByRole('button', { name: 'Check now: Quay Bank' }).press('Enter')
    await page.getByText('Quay Bank isn’t answering').waitFor()
    await line('Northgate Bank').getByRole('button', { name: 'Manage Northgate Bank' }).press('Enter')
    await page.getByRole('menuitem', { name: 'Check now' }).waitFor()
    await picture(page, `connections card menu ${look}`)
    await demandAccessible(page, rulesOfColour)
  },
)

test.each([
  ['opened', { opened: true }, /Access ends \d+ \w{3}.*: Jo opened it, hasn’t confirmed/],
  ['bounced', { mail: 'bounced' }, /Access ends \d+ \w{3}.*: nobody could be asked, correct the address/],
] as const)('an access that is about to end says what became of asking: %s', async (asked, given, words) => {
  const id = await staff.add(`Asked ${asked} Ltd`)
  await staff.api.accept(id)
  await giveConsent(staff.api.owner, id, { ends: 10, asked: 2, ...given })
  const page = await staff.open(`/clients/${id}`)
  await unfold(page, 'Connections')
  await page.getByRole('region', { name: 'Connections' }).getByText(words).waitFor()
})

test.each(looks)(
  'a ledger is reconnected from the card, and from a link that was passed on, at %s',
  async (look, options) => {
    const id = await everyHealth(`Reconnected ${look} Ltd`)
    const [books] = await staff.api.owner`SELECT id FROM connection WHERE onboarding_id = ${id} AND kind = 'books'`
    const page = await staff.open(`/clients/${id}`, options)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await unfold(page, 'Connections')
    const copied = () => page.evaluate(() => navigator.clipboard.readText())
    await page.getByRole('button', { name: /^Manage Xero/ }).click()
    await page.getByRole('menuitem', { name: 'Copy reconnect link' }).click()
    await page.getByText('Link for a colleague copied.').waitFor()
    const address = await copied()
    expect(address).toMatch(new RegExp(`/clients/${id}\\?reconnect=${books?.id}$`))
    await page.getByRole('button', { name: 'Manage Northgate Bank' }).click()
    await page.getByRole('menuitem', { name: 'Copy reconnect link' }).click()
    await page.getByText('Link for Jo copied').waitFor()
    expect(await copied()).toMatch(/\/j\/[\w-]{22}\/keep\/[0-9a-f-]{36}$/)

    await page.goto(address)
    const dialog = page.getByRole('dialog', { name: /^Reconnect Xero: Reconnected/ })
    await dialog.getByText(/^Connected before by Rosa Marsh, /).waitFor()
    await demandUsable(page, `reconnect ${look}`)
    await dialog.getByRole('button', { name: 'Sign in to Xero' }).click()
    await page.waitForURL('**/connect/*')
    await page
      .getByText(/Reconnected .+ Ltd/)
      .first()
      .waitFor()
    expect((await page.goBack())?.status() ?? 200).toBe(200)

    await staff.api.owner`
    UPDATE hand_over SET done_at = now(), result = ${staff.api.owner.json({ outcome: 'unreached', kept: 0, added: 0, found: ['Elsewhere Ltd'] })}
    WHERE connection_id = ${books!.id}`
    await page.goto(`/clients/${id}?reconnected=${books!.id}`)
    await page.getByText('You chose “Elsewhere Ltd”').waitFor()
    await page.getByText('Nothing was changed.').waitFor()
    await demandUsable(page, `reconnect, another organisation ${look}`)
    await staff.api.owner`
    UPDATE hand_over SET result = ${staff.api.owner.json({ outcome: 'moved', kept: 3, matched: 4, added: 1, found: [] })} WHERE connection_id = ${books!.id}`
    // Matching has been done once, and can be done again.
    await recoverConnection(staff.api.deps.commands, staff.api.practice.id, books!.id)
    await staff.api.owner`UPDATE onboarding_step SET done_at = now(), started_at = now() WHERE onboarding_id = ${id}`
    await page.goto(`/clients/${id}?reconnected=${books!.id}`)
    const toast = page.getByRole('status').filter({ hasText: 'Reconnected. 3 of 4 matches kept, 1 account is new.' })
    await toast.waitFor()
    await page.waitForURL(`**/clients/${id}`)
    await demandUsable(page, `reconnected ${look}`)
    await toast.getByRole('button', { name: 'Match' }).click()
    await page.waitForURL(`**/clients/${id}/match`)
    await toast.waitFor({ state: 'detached' })
  },
)

test.each(looks)(
  'an account that cannot be seen any more is named, asked about and taken off, which can be undone, at %s',
  async (look, options) => {
    const id = await staff.add(`Account Gone ${look} Ltd`)
    await staff.api.accept(id)
    const bank = await giveConsent(staff.api.owner, id, { ends: 60, accounts: 2 })
    await staff.api.owner`
      UPDATE connection_account SET missing_since = now() WHERE connection_id = ${bank} AND name = 'Savings account'`
    await ageLastMessage(staff.api.owner, id)
    const page = await staff.open(`/clients/${id}`, options)
    await unfold(page, 'Connections')
    const card = page.getByRole('region', { name: 'Connections' })
    const gone = card.getByText('1 account can’t be seen any more: Savings account ••••3341')
    await gone.waitFor()
    await demandUsable(page, `account gone ${look}`, { fullPage: true })
    await card.getByRole('button', { name: 'Ask Jo: accounts at Northgate Bank' }).click()
    await page.getByText('Asked Jo to choose the accounts at Northgate Bank again.').waitFor()
    const asked = () => staff.api.owner`SELECT FROM connection WHERE id = ${bank} AND asked_at IS NOT NULL`
    expect((await asked()).count).toBe(1)
    const close = async () => {
      await card.getByRole('button', { name: 'Manage missing accounts at Northgate Bank' }).click()
      await page.getByRole('menuitem', { name: 'Account closed' }).click()
      await page.getByText('Savings account is closed').waitFor()
      await gone.waitFor({ state: 'detached' })
    }
    // It is shared again when the press arrives, which the page does not know.
    const isMissing = (is: boolean) => staff.api.owner`
      UPDATE connection_account SET missing_since = CASE WHEN ${is} THEN now() END
      WHERE connection_id = ${bank} AND name = 'Savings account'`
    await page.route(
      '**/close-accounts',
      async (route) => {
        await isMissing(false)
        await route.continue()
      },
      { times: 1 },
    )
    await card.getByRole('button', { name: 'Manage missing accounts at Northgate Bank' }).click()
    await page.getByRole('menuitem', { name: 'Account closed' }).click()
    const refused = /^That isn’t an account of this bank that is missing or closed now\. Reload the page/
    await page.getByRole('alert').getByText(refused).waitFor()
    await picture(page, `account that is not missing ${look}`)
    await isMissing(true)
    await page.reload()
    await unfold(page, 'Connections')
    await close()
    // Nothing is left to ask the client.
    expect((await asked()).count).toBe(0)
    await demandAccessible(page, rulesOfColour)
    await page.getByRole('button', { name: /^Undo/ }).click()
    await gone.waitFor()
    await close()
    await page.reload()
    await unfold(page, 'Connections')
    await card.getByText('Current account').waitFor()
    expect(await gone.count()).toBe(0)
    await card.getByText('· closed').waitFor()
    const reopen = card.getByRole('button', { name: 'Reopen Savings account at Northgate Bank' })
    await demandUsable(page, `account closed ${look}`, { fullPage: true })
    await reopen.click()
    await page.getByText('Savings account is not closed. We look for it again.').waitFor()
    await gone.waitFor()
    await close()
    await staff.api
      .owner`UPDATE connection_account SET is_seen_again = true WHERE connection_id = ${bank} AND closed_at IS NOT NULL`
    await page.reload()
    await unfold(page, 'Connections')
    await card.getByText('Said to be closed, but Northgate Bank shows it again').waitFor()
    await demandUsable(page, `closed account shown again ${look}`, { fullPage: true })
    await reopen.click()
    await page.getByText('Savings account is shared again').waitFor()
    await reopen.waitFor({ state: 'detached' })
    await card.getByText('Savings account').waitFor()
    expect(await gone.count()).toBe(0)
    const kinds = (
      await staff.api.owner<{ kind: string }[]>`
      SELECT kind FROM event WHERE onboarding_id = ${id} AND kind LIKE 'accounts_%' ORDER BY seq`
    ).map(({ kind }) => kind)
    const [closed, reopened] = ['accounts_closed', 'accounts_reopened']
    expect(kinds).toEqual([closed, reopened, closed, reopened, closed, reopened])
  },
)
