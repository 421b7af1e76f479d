import { expect, test } from 'vitest'
import { giveConsent } from '../giveConsent.ts'
import { connect, type Made } from './connected.ts'
import { demandAccessible, demandUsable, looks, picture, unfold, useStaffBrowser } from './staffBrowser.ts'

// Several banks of a client on the Connections card, and the request for another one.

const staff = useStaffBrowser()

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
  await dialog.getByText('Connected already: Bank A. Add one again only for another sign-in.').waitFor()
  await picture(page, `ask for another bank ${name}`)
  await demandAccessible(page)
  await dialog.getByLabel('With a link that you pass on').check()
  await dialog.getByRole('button', { name: 'Copy the link' }).click()
  await page.getByText('Link to add a bank copied').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\/j\/[\w-]{22}\/another$/)
})

test('who shares ten banks is not asked for one more, which is said', async () => {
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
