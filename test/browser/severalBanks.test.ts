import { expect, test } from 'vitest'
import { connectors } from '../../providers/connectors.ts'
import { age } from '../age.ts'
import { awayProviders } from '../api/awayProviders.ts'
import { giveConsent } from '../giveConsent.ts'
import { connect, type Made } from './connected.ts'
import { demandAccessible, demandUsable, looks, picture, unfold, useStaffBrowser } from './staffBrowser.ts'

// Several banks of a client on the Connections card, and the request for another one.

const banks = async () => [
  { id: 'bank-a', name: 'Bank A' },
  { id: 'ob-juniper', name: 'Juniper' },
]
const staff = useStaffBrowser(() => ({ banks: connectors({ ...awayProviders().banks.first, banks }) }))
const messagesOf = (id: string) =>
  staff.api.owner<{ state: string }[]>`
    SELECT state FROM message WHERE onboarding_id = ${id} AND purpose = 'another_bank'`

test.each(looks)('every bank stands with its accounts, and another one is asked for, at %s', async (name, options) => {
  const made: Made = await staff.api.create({ organisation: { name: `Banks ${name} Ltd` } })
  await staff.api.accept(made.id)
  for (const kind of ['bank', 'bank', 'books'] as const) await connect(staff.api, made, kind)
  const page = await staff.asRosa(options)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`/clients/${made.id}`)
  await unfold(page, 'Connections')
  const card = page.getByRole('region', { name: 'Connections' })
  await card.getByRole('button', { name: 'Manage Bank A' }).nth(1).waitFor()
  expect(await card.getByText('not matched').count()).toBe(6)
  await page.getByText('Bank A and 1 more, 6 accounts').waitFor()
  await page.getByText('0 of 6 matched').waitFor()
  await card.getByRole('link', { name: 'Match Current' }).first().waitFor()
  await demandUsable(page, `several banks ${name}`, { fullPage: true })

  await card.getByRole('button', { name: 'Add another bank' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('heading', { name: 'Add another bank' }).waitFor()
  const field = dialog.getByRole('combobox', { name: 'Bank' })
  expect(await field.inputValue()).toBe('The client chooses')
  await field.click()
  // Typing replaces the chosen bank.
  await page.keyboard.type('bank')
  expect(await field.inputValue()).toBe('bank')
  await page.getByRole('option', { name: 'Bank A' }).click()
  await dialog.getByText('Bank A is already connected. Add it again only for another sign-in.').waitFor()
  await picture(page, `ask for another bank ${name}`)
  await demandAccessible(page)
  await dialog.getByLabel('With a link that you pass on').check()
  await dialog.getByRole('button', { name: 'Copy the link' }).click()
  // The timeline says it too, soon after.
  await page.getByText('Link to add a bank copied').first().waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\/j\/[\w-]{22}\/another$/)
})

test.each(looks)(
  'a bank that completion waits for reopens a completed client, and is undone, at %s',
  async (name, options) => {
    const made: Made = await staff.api.create({ organisation: { name: `Waits ${name} Ltd` }, steps: { books: 'skip' } })
    await staff.api.accept(made.id)
    await connect(staff.api, made, 'bank')
    await staff.api.perform(made.id, { do: 'complete' })
    await age(staff.api.owner, made.id, 61_000)
    const page = await staff.asRosa(options)
    await page.goto(`/clients/${made.id}`)
    await unfold(page, 'Connections')
    const dialog = page.getByRole('dialog')
    const ask = async () => {
      await page.getByRole('button', { name: 'Add another bank' }).click()
      const field = dialog.getByRole('combobox', { name: 'Bank' })
      await field.click()
      await field.fill('junip')
      await page.getByRole('option', { name: 'Juniper' }).click()
      await dialog.getByLabel(`Wait for it before Waits ${name} Ltd counts as completed`).check()
      await dialog.getByText(/It will be reopened until the bank is connected/).waitFor()
    }
    await ask()
    await picture(page, `wait for another bank ${name}`)
    await demandAccessible(page)
    await dialog.getByRole('button', { name: /^Ask/ }).click()
    await page.getByText(/^Asked .* for another bank/).waitFor()
    await page.getByText('Bank: Juniper').first().waitFor()
    await demandUsable(page, `another bank awaited ${name}`, { fullPage: true })
    await page.getByRole('button', { name: /^Undo/ }).click()
    await page.getByText('Undone').waitFor()
    await page.getByText('Bank: Juniper').waitFor({ state: 'detached' })
    expect((await messagesOf(made.id)).map(({ state }) => state)).toEqual(['withdrawn'])

    await ask()
    await dialog.getByRole('button', { name: /^Ask/ }).click()
    await page.getByText('Bank: Juniper').first().waitFor()
    await staff.api.owner`
      INSERT INTO bank_outage (institution, since, retry_at) VALUES ('ob-juniper', now() - interval '1 hour', now())`
    await page.reload()
    await page.getByText('Juniper is down, reminders paused').first().waitFor()
    await page.getByText(/^Juniper isn’t answering since .*the client isn’t asked/).waitFor()
    await demandUsable(page, `awaited bank down ${name}`, { fullPage: true })
    await staff.api.owner`UPDATE bank_outage SET ended_at = now()`

    await page.getByRole('button', { name: 'Manage Bank: Juniper' }).click()
    await page.getByRole('menuitem', { name: 'Not needed' }).click()
    await page.getByText('Bank: Juniper is not needed.').waitFor()
    const { awaitedBanks } = (await staff.api.call(`onboardings/${made.id}`)).body
    expect(awaitedBanks).toMatchObject([{ bank: 'Juniper', state: 'not_needed' }])
  },
)

test('a client with ten banks cannot be asked for one more, and the dialog says so', async () => {
  const made: Made = await staff.api.create({ organisation: { name: 'Ten Banks Ltd' } })
  await staff.api.accept(made.id)
  await connect(staff.api, made, 'bank')
  for (let n = 1; n < 10; n += 1) await giveConsent(staff.api.owner, made.id, { bank: `Bank ${n}` })
  const page = await staff.open(`/clients/${made.id}`)
  await page.getByRole('button', { name: 'Add another bank' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('10 banks at most. Disconnect one first.').waitFor()
  expect(await dialog.getByRole('radio').count()).toBe(0)
  expect(await dialog.getByRole('button', { name: /^Ask|^Copy/ }).count()).toBe(0)
  await demandAccessible(page)
})

test.each(looks)(
  'the practice says when the bank step is done, and sees whose move it is, at %s',
  async (name, options) => {
    const page = await staff.asRosa(options)
    await page.goto('/settings/onboarding')
    const steps = page.getByRole('region', { name: 'Steps' })
    const when = steps.getByRole('combobox', { name: 'The Bank step is done when' })
    await when.waitFor()
    expect(await when.inputValue()).toBe('the first bank is connected')
    await when.click()
    await page.getByRole('option', { name: 'the client says that’s all' }).click()
    await steps.getByRole('button', { name: 'Save' }).click()
    await steps.getByText('Saved', { exact: true }).waitFor()
    await steps.scrollIntoViewIfNeeded()
    await demandUsable(page, `bank step done when ${name}`)

    const made: Made = await staff.api.create({ organisation: { name: `All Banks ${name} Ltd` } })
    await staff.api.accept(made.id)
    for (const kind of ['bank', 'bank'] as const) await connect(staff.api, made, kind)
    await staff.api.owner`UPDATE onboarding_step SET done_at = NULL, phase = 'more_banks', opened_at = now()
    WHERE onboarding_id = ${made.id} AND kind = 'bank'`
    await staff.api.owner`UPDATE onboarding_step SET skipped_at = now(), skipped_because = 'not_needed'
    WHERE onboarding_id = ${made.id} AND kind <> 'bank'`
    await page.goto(`/clients/${made.id}`)
    await page.getByText("Jo to say if that's all").first().waitFor()
    await page.getByText('Bank A and Bank A, 6 accounts').waitFor()
    await demandUsable(page, `to say if that is all ${name}`, { fullPage: true })
    await page.getByRole('button', { name: 'Manage Bank', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Mark done' }).waitFor()
    expect(await page.getByRole('menuitem', { name: 'Skip' }).count()).toBe(0)
    await staff.api.owner`UPDATE practice SET bank_done_when = 'first_bank' WHERE id = ${staff.api.practice.id}`
  },
)
