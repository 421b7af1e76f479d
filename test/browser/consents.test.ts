import { describe, expect, test } from 'vitest'
import { connectors } from '../../providers/connectors.ts'
import { awayPlaid, awayProviders } from '../api/awayProviders.ts'
import { ageLastMessage, type GivenConsent, giveConsent, holdBooks } from '../giveConsent.ts'
import { demandAccessible, demandUsable, looks, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser(() => ({ banks: connectors(awayProviders().banks.first, awayPlaid()) }))

const give = async (name: string, given: GivenConsent) => {
  const id = await staff.add(name)
  await giveConsent(staff.api.owner, id, given)
}

test.each(looks)('before the first bank the page says what will stand there, at %s', async (look, options) => {
  const practice = await staff.api.createPractice()
  const person = await staff.api.createPerson('practice_admin', practice)
  const page = await staff.visit(await staff.api.signIn(person), options)
  await page.goto('/consents')
  await page.getByRole('heading', { name: 'No bank is connected yet' }).waitFor()
  await demandUsable(page, `consents, none ${look}`)
})

test.each(looks)('a practice without work is told who comes next, at %s', async (look, options) => {
  const practice = await staff.api.createPractice()
  const person = await staff.api.createPerson('practice_admin', practice)
  const { id } = await staff.api.create({ organisation: { name: 'Later Ltd' } }, practice.key)
  await giveConsent(staff.api.owner, id, { ends: 20 })
  const page = await staff.visit(await staff.api.signIn(person), options)
  await page.goto('/consents')
  await page.getByRole('heading', { name: 'Nobody has to act this week' }).waitFor()
  await page.getByText(/^Next: Later Ltd, \d+ \w{3}/).waitFor()
  await demandUsable(page, `consents, nobody to act ${look}`)
})

describe('with banks', () => {
  let isReady: Promise<void> | null = null
  const ready = () => {
    isReady ??= (async () => {
      await give('Harbour Bakery Ltd', { ends: 9, accounts: 2 })
      await give('Tidewater Physio Ltd', { ends: -3, ended: -3, state: 'lost', health: 'expired', bank: 'Juniper' })
      await give('Orchard Lane Dental Ltd', { ends: 1.5, accounts: 1 })
      await give('Stopped Sharing Ltd', { ends: 60, ended: -2, state: 'disconnected', by: 'client' })
      await give('Ended There Ltd', { ends: 60, ended: -1, state: 'lost', health: 'ended' })
      await give('Working Well Ltd', { ends: 70 })
      await give('Held Back Ltd', { ends: 6, bank: 'Weir Bank', institution: 'ob-weir' })
      await staff.api.owner`INSERT INTO bank_outage (institution, since, retry_at)
        VALUES ('ob-weir', now() - interval '2 hours', now())`
      await give('Unasked Ltd', { ends: 5, ended: -0.2, health: 'unanswered', bank: 'Quay Bank' })
    })()
    return isReady
  }

  test.each(looks)(
    'the page says who must act by when, and opens one with its accounts, at %s',
    async (look, options) => {
      await ready()
      const page = await staff.open('/consents', options)
      await page.getByRole('link', { name: /^Act now 6/ }).waitFor()
      await page.getByText('Call Jo: access ends').first().waitFor()
      await page.getByText(/couldn’t be asked since/).waitFor()
      await page.getByText(/Weir Bank isn’t answering since .+ its clients aren’t asked/).waitFor()
      await page.getByText('Weir Bank is down, Jo isn’t asked').waitFor()
      await demandUsable(page, `consents, act now ${look}`)
      await page.getByRole('link', { name: /^Next 30 days 4/ }).click()
      await page.getByRole('link', { name: 'Harbour Bakery Ltd' }).click()
      const drawer = page.getByRole('dialog', { name: 'Harbour Bakery Ltd: Northgate Bank' })
      await drawer.getByText('2 accounts').waitFor()
      await drawer.getByText('••••3340 · 12-34-56').waitFor()
      expect(page.url()).toContain('open=')
      await demandUsable(page, `consents, drawer ${look}`)
      await page.keyboard.press('Escape')
      await drawer.waitFor({ state: 'detached' })
      await page.getByRole('link', { name: /^All 8/ }).click()
      await page.getByRole('link', { name: 'Working Well Ltd' }).waitFor()
      await demandUsable(page, `consents, all ${look}`)
    },
  )

  test('keys walk the rows and open one; focus comes back to it', async () => {
    await ready()
    const page = await staff.open('/consents?view=all')
    await page.getByRole('row', { name: /Working Well Ltd/ }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    const row = page.locator('[data-row="1"]')
    await expect.poll(() => row.evaluate((one) => one === document.activeElement)).toBe(true)
    const name = await row.getByRole('link').textContent()
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog', { name: new RegExp(`^${name}: `) })
    await drawer.waitFor()
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    await expect.poll(() => row.evaluate((one) => one === document.activeElement)).toBe(true)
  })

  test('filters, search and order are kept in the address; an empty result says how to get out', async () => {
    await ready()
    const page = await staff.open('/consents?view=all')
    await page.getByRole('combobox', { name: 'Bank', exact: true }).click()
    await page.getByRole('option', { name: 'Quay Bank' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('row', { name: /Unasked Ltd/ }).waitFor()
    await expect.poll(() => page.getByRole('row').count()).toBe(2)
    expect(page.url()).toContain('bank=Quay')
    await page.getByRole('searchbox', { name: 'Client or bank' }).fill('nobody at all')
    await page.getByRole('heading', { name: 'No bank matches' }).waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).last().click()
    await expect.poll(() => page.getByRole('row').count()).toBe(9)
    await page.getByRole('searchbox', { name: 'Client or bank' }).fill('juni')
    await expect.poll(() => page.getByRole('row').count()).toBe(2)
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download CSV' }).click()
    expect((await download).suggestedFilename()).toBe('bank-access.csv')
  })

  test('the bar counts what has to be acted on now, beside Clients', async () => {
    await ready()
    const page = await staff.open('/clients')
    await page.getByRole('link', { name: /Bank access\s*6\s+to act on now/ }).click()
    await page.getByRole('heading', { name: 'Bank access', level: 1 }).waitFor()
  })
})

test.each(looks)(
  'sign-ins say whose they are and what they hold, and are handed over, at %s',
  async (look, options) => {
    const holder = `Ann ${look}`
    const { id: ann } = await staff.api.createPerson('standard', staff.api.practice, { name: holder })
    await holdBooks(staff.api.owner, await staff.add(`Held Books ${look} Ltd`), ann)
    const tom = await staff.api.createPerson('client_admin', staff.api.practice, { name: `Tom ${look}` })
    const page = await staff.open('/consents/sign-ins', options)
    const row = page.locator('tr', { hasText: holder })
    await row.waitFor()
    await demandUsable(page, `sign-ins ${look}`)
    await row.getByRole('button', { name: '1 client' }).click()
    await page.getByRole('link', { name: `Held Books ${look} Ltd` }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: `Hand over: ${holder}, Xero` }).click()
    const dialog = page.getByRole('dialog', { name: `Hand over ${holder}’s Xero sign-in` })
    await dialog.getByRole('combobox', { name: 'To' }).click()
    await page.getByRole('option', { name: `Tom ${look}` }).click()
    await demandUsable(page, `sign-ins, hand over ${look}`)
    await dialog.getByRole('button', { name: 'Ask Tom to sign in' }).click()
    await page.getByText(new RegExp(`Tom ${look} is asked to take over`)).waitFor()
    await demandUsable(page, `sign-ins, asked ${look}`)
    const theirs = await staff.visit(await staff.api.signIn(tom), options)
    await theirs.goto('/clients')
    await theirs.getByRole('button', { name: 'Notifications, 1 unread' }).click()
    await theirs.getByText(`${holder} is handing over 1 Xero client to you.`).waitFor()
    await demandUsable(theirs, `notifications, asked to take over ${look}`)
    expect(await theirs.getByRole('link', { name: 'Sign in to Xero' }).getAttribute('href')).toContain('/connect/')
  },
)

test('a client is asked to confirm from the row, by its key and from the drawer, and a refusal says why', async () => {
  const practice = await staff.api.createPractice()
  const person = await staff.api.createPerson('practice_admin', practice)
  const { id } = await staff.api.create({ organisation: { name: 'Asked Ltd' } }, practice.key)
  await staff.api.accept(id, practice)
  await giveConsent(staff.api.owner, id, { ends: 5, accounts: 2 })
  await ageLastMessage(staff.api.owner, id)
  const page = await staff.visit(await staff.api.signIn(person))
  await page.goto('/consents')
  await page.getByRole('button', { name: 'Ask to confirm Northgate Bank of Asked Ltd' }).click()
  await page.getByText('Asked Jo to confirm Northgate Bank.').waitFor()
  const asked = async () =>
    (await staff.api.owner`SELECT FROM message WHERE onboarding_id = ${id} AND purpose = 'renewal'`).count
  const before = await asked()
  expect(before).toBeGreaterThan(0)
  await page.keyboard.press('j')
  const first = page.locator('[data-row="0"]')
  await expect.poll(() => first.evaluate((one) => one === document.activeElement)).toBe(true)
  await page.keyboard.press('r')
  await page
    .getByRole('alert')
    .getByText(/moment ago|wait|again/i)
    .waitFor()
  await page.getByRole('link', { name: 'Asked Ltd' }).click()
  const drawer = page.getByRole('dialog', { name: 'Asked Ltd: Northgate Bank' })
  await drawer.getByRole('button', { name: 'Ask to confirm' }).waitFor()
  await demandUsable(page, 'consents, asked')
  expect(await asked()).toBe(before)
})

test.each(looks)(
  'a colleague confirms for a client who agreed, or reads that the bank needs them, at %s',
  async (look, options) => {
    const practice = await staff.api.createPractice()
    await staff.api.owner`UPDATE practice SET confirm_for_clients = true WHERE id = ${practice.id}`
    const person = await staff.api.createPerson('practice_admin', practice)
    const withBank = async (name: string, provider: string) => {
      const { id } = await staff.api.create({ organisation: { name } }, practice.key)
      await staff.api.accept(id, practice)
      await giveConsent(staff.api.owner, id, { ends: 5, accounts: 2, provider })
      return id
    }
    const id = await withBank('Agreed Ltd', 'plaid')
    await withBank('Visits Ltd', 'truelayer')
    const page = await staff.visit(await staff.api.signIn(person), options)
    await page.goto('/consents')
    await page.getByRole('link', { name: 'Visits Ltd' }).click()
    await page.getByText('Northgate Bank needs Jo to confirm.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Agreed Ltd' }).click()
    await page.getByRole('button', { name: 'Confirm for Jo' }).click()
    const dialog = page.getByRole('dialog', { name: 'Confirm for Jo?' })
    await dialog.getByText(/^Northgate Bank, 2 accounts, until \d+ \w+/).waitFor()
    await demandUsable(page, `consents, confirm for the client ${look}`)
    await dialog.getByRole('button', { name: 'Confirm for Jo' }).click()
    await dialog.getByText('Say how Jo agreed.').waitFor()
    await dialog.getByText('Tick that Jo agreed.').waitFor()
    await demandUsable(page, `consents, confirm for the client, refused ${look}`)
    await dialog.getByRole('radio', { name: 'Phone' }).check()
    await dialog.getByLabel('Note').fill('Rang Jo at noon.')
    await dialog.getByRole('checkbox', { name: 'Jo agreed that we keep seeing these accounts.' }).check()
    await dialog.getByRole('button', { name: 'Confirm for Jo' }).click()
    await page.getByText('Confirmed Northgate Bank for Jo, who gets a message about it.').waitFor()
    await page.getByText('Rang Jo at noon.').waitFor()
    await demandUsable(page, `consents, confirmed for the client ${look}`)
    expect(
      (await staff.api.owner`SELECT FROM event WHERE onboarding_id = ${id} AND kind = 'renewal_confirmed'`).count,
    ).toBe(1)
  },
)

test.each(looks)('selected banks are asked about together and saved as a file, at %s', async (look, options) => {
  const practice = await staff.api.createPractice()
  const person = await staff.api.createPerson('practice_admin', practice)
  const add = async (name: string, ...banks: GivenConsent[]) => {
    const { id } = await staff.api.create({ organisation: { name } }, practice.key)
    await staff.api.accept(id, practice)
    await ageLastMessage(staff.api.owner, id)
    for (const one of banks) await giveConsent(staff.api.owner, id, one)
    return id
  }
  const asked = await add('Asked Ltd', { ends: 5 }, { ends: 6, bank: 'Juniper' })
  await add('Stopped Ltd', { ends: 40, ended: -2, state: 'disconnected', by: 'client' })
  const page = await staff.visit(await staff.api.signIn(person), options)
  await page.goto('/consents')
  const first = page.locator('[data-row="0"]')
  await first.waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.getByText('1 selected').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('Shift+X')
  await page.getByText('3 selected').waitFor()
  await demandUsable(page, `consents, selected ${look}`)
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download', exact: true }).click()
  expect((await saved).suggestedFilename()).toBe('bank-access.csv')
  await page.keyboard.press('r')
  const dialog = page.getByRole('dialog', { name: 'Ask to confirm 3 banks?' })
  await dialog.getByText('2 will be asked about. 1 won’t: 1 stopped by the client.').waitFor()
  await demandUsable(page, `consents, ask many ${look}`)
  await dialog.getByRole('button', { name: 'Ask to confirm' }).click()
  await page.getByText('2 asked about, 1 not.').waitFor()
  await page.getByText('Stopped Ltd: Northgate Bank').waitFor()
  await demandUsable(page, `consents, asked many ${look}`)
  await page.getByRole('button', { name: 'Close' }).last().click()
  await page.getByText('3 selected').waitFor({ state: 'detached' })
  const messages = await staff.api.owner`SELECT FROM message WHERE onboarding_id = ${asked} AND purpose = 'renewal'`
  expect(messages.count).toBe(1)
})

test.each(looks)('everything that matches is asked about, also what is not shown, at %s', async (look, options) => {
  const practice = await staff.api.createPractice()
  const person = await staff.api.createPerson('practice_admin', practice)
  const clients: string[] = []
  for (let n = 0; n < 6; n += 1) {
    const { id } = await staff.api.create({ organisation: { name: `Many ${n} Ltd` } }, practice.key)
    await staff.api.accept(id, practice)
    await ageLastMessage(staff.api.owner, id)
    for (let bank = 0; bank < 9; bank += 1) await giveConsent(staff.api.owner, id, { ends: 5, bank: `Bank ${bank}` })
    clients.push(id)
  }
  const page = await staff.visit(await staff.api.signIn(person), options)
  await page.goto('/consents')
  await page.locator('[data-row="49"]').waitFor()
  const takeAll = page.getByRole('button', { name: 'Select all that match (up to 1,000)' })
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.getByText('1 selected').waitFor()
  expect(await takeAll.count()).toBe(0)
  for (let n = 1; n < 50; n += 1) await page.keyboard.press('j')
  await page.keyboard.press('Shift+X')
  await page.getByText('50 selected').waitFor()
  await takeAll.click()
  await page.getByText('All that match selected').waitFor()
  await demandUsable(page, `consents, all selected ${look}`)
  await page.keyboard.press('r')
  const dialog = page.getByRole('dialog', { name: 'Ask to confirm 54 banks?' })
  await dialog.getByText('54 will be asked about.').waitFor()
  await demandUsable(page, `consents, ask all ${look}`)
  await dialog.getByRole('button', { name: 'Ask to confirm' }).click()
  await page.getByText('54 asked about.').waitFor()
  await demandAccessible(page)
  await page.getByRole('button', { name: 'Close' }).last().click()
  await page.getByText('All that match selected').waitFor({ state: 'detached' })
  // One message a client, though more banks than go in one request.
  const messages = await staff.api.owner`
    SELECT FROM message WHERE onboarding_id = ANY (${clients}::uuid[]) AND purpose = 'renewal'`
  expect(messages.count).toBe(6)
})

test.each(looks)('a bank is snoozed and woken in its drawer, with Undo, at %s', async (look, options) => {
  const practice = await staff.api.createPractice()
  const person = await staff.api.createPerson('practice_admin', practice)
  const { id } = await staff.api.create({ organisation: { name: 'Later Ltd' } }, practice.key)
  await staff.api.accept(id, practice)
  await giveConsent(staff.api.owner, id, { ends: 5, asked: 2, opened: true })
  const page = await staff.visit(await staff.api.signIn(person), options)
  await page.goto('/consents')
  await page.getByText('Jo opened it, hasn’t confirmed').waitFor()
  await page.getByText(/^asked .* · reminder /).waitFor()
  await demandUsable(page, `consents, opened ${look}`)
  await page.getByRole('link', { name: 'Later Ltd' }).click()
  const drawer = page.getByRole('dialog', { name: 'Later Ltd: Northgate Bank' })
  const snooze = async () => {
    await drawer.getByRole('button', { name: 'Snooze' }).click()
    const dialog = page.getByRole('dialog', { name: 'Snooze Later Ltd: Northgate Bank until' })
    await demandUsable(page, `consents, snooze ${look}`)
    await dialog.getByRole('button', { name: 'Snooze' }).click()
    await drawer.getByText(/^Snoozed until /).waitFor()
  }
  await snooze()
  await page.getByRole('button', { name: /^Undo/ }).click()
  await drawer.getByRole('button', { name: 'Snooze' }).waitFor()
  await snooze()
  await demandUsable(page, `consents, snoozed ${look}`)
  await drawer.getByRole('button', { name: 'Wake now' }).click()
  await drawer.getByRole('button', { name: 'Snooze' }).waitFor()
})

test('removing a colleague says what their sign-ins hold', async () => {
  const leaver = await staff.api.createPerson('standard', staff.api.practice, { name: 'Lee Leaver' })
  await holdBooks(staff.api.owner, await staff.add('Left Behind Ltd'), leaver.id)
  const page = await staff.open('/team')
  await page.getByRole('button', { name: 'Manage Lee Leaver' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByText('Lee Leaver’s sign-ins hold 1 client.').waitFor()
  await page.getByRole('link', { name: 'Hand over first' }).click()
  await page.getByRole('heading', { name: 'Software sign-ins', level: 1 }).waitFor()
})
