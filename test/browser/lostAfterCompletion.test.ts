import { beforeAll, expect, test } from 'vitest'
import { completeWithBooks } from '../api/completedClient.ts'
import { ageLastMessage, type GivenConsent } from '../giveConsent.ts'
import { demandUsable, looks, unfold, useStaffBrowser } from './staffBrowser.ts'

// A completed client whose bank access or sign-in ended, in the list, on the board and on its page.

const staff = useStaffBrowser()

async function completed(name: string, consent: GivenConsent, isSignedOut = false): Promise<void> {
  const { api } = staff
  const id = await staff.add(name)
  await completeWithBooks(api, id, (await staff.rosa()).id, consent, isSignedOut)
  await ageLastMessage(api.owner, id)
}

beforeAll(async () => {
  const expired = { state: 'lost', health: 'expired' } as const
  await completed('Tidewater Physio Ltd', { ends: -2, ended: -2, ...expired, asked: 3 })
  await completed('Silent Wharf Ltd', { ends: -9, ended: -9, ...expired, asked: 9 })
  await completed('Cut Short Ltd', { ends: 40, ended: -1, state: 'lost', health: 'ended' })
  await completed('Signed Out Ltd', { ends: 40 }, true)
  await completed('Both Lost Ltd', { ends: -2, ended: -2, ...expired }, true)
  await completed('All Well Ltd', { ends: 40 })
  // Nothing has recorded the end, and its bank does not answer.
  await completed('Unsaid Ltd', { ends: -1, health: 'unanswered', ended: -0.5 })
})

test.each(looks)('the list says whose move it is, in the views that are opened first, at %s', async (look, options) => {
  const page = await staff.open('/clients?view=us', options)
  const row = (name: string) => page.locator('[data-row], [data-card-row], li', { hasText: name }).first()
  await row('Silent Wharf Ltd').getByText('Call Jo').waitFor()
  const early = row('Cut Short Ltd').getByText('Access ended early: at the bank')
  await early.waitFor()
  expect(await early.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)).toBe(false)
  await row('Signed Out Ltd').getByText('Xero signed Rosa Marsh out').waitFor()
  expect(await page.getByText('Tidewater Physio Ltd').count()).toBe(0)
  expect(await page.getByText('All Well Ltd').count()).toBe(0)
  await demandUsable(page, `lost after completion, ours ${look}`)
  await page.goto('/clients?view=client')
  await row('Tidewater Physio Ltd').getByText('Jo to share again').waitFor()
  await row('Unsaid Ltd').getByText('Jo to share again').waitFor()
  await page.goto('/clients?view=completed')
  await row('All Well Ltd').getByText('Nothing left to do').waitFor()
  await demandUsable(page, `lost after completion, completed ${look}`)
})

test.each(looks)('the board shows them among the completed, at %s', async (look, options) => {
  const page = await staff.open('/clients/board?column=completed', options)
  const column = page.getByRole('region', { name: 'Completed', exact: true })
  await column.getByText('Call Jo').waitFor()
  await column.getByText('Xero signed Rosa Marsh out').first().waitFor()
  await column.getByText('Tidewater Physio Ltd', { exact: true }).waitFor()
  await column.getByText('last 30 days, and who is waited for').waitFor()
  // Completed too long ago, and nobody has to act.
  expect(await column.getByText('All Well Ltd', { exact: true }).count()).toBe(0)
  await column.scrollIntoViewIfNeeded()
  await demandUsable(page, `lost after completion, board ${look}`)
})

test.each(looks)('the client’s page says it first and offers what helps, at %s', async (look, options) => {
  // Asked a moment ago in another window.
  await ageLastMessage(staff.api.owner, staff.idOf('Both Lost Ltd'))
  const page = await staff.open(`/clients/${staff.idOf('Both Lost Ltd')}`, options)
  const banner = page.getByRole('region', { name: 'Situation' })
  await banner.getByText('Xero signed Rosa Marsh out').waitFor()
  await banner.getByText('Jo to share again').waitFor()
  await banner.getByText(/^Completed .+ after the invitation/).waitFor()
  await demandUsable(page, `lost after completion, both ${look}`, { fullPage: true })
  await banner.getByRole('button', { name: 'Ask to reconnect' }).click()
  await page.getByText('Asked Jo to confirm Northgate Bank.').waitFor()
  await banner.getByRole('button', { name: 'Reconnect', exact: true }).click()
  await page.getByRole('dialog', { name: /^Reconnect Xero: Both Lost Ltd/ }).waitFor()
})

test.each(looks)('an access that ended unnoticed has ended in every word of the page, at %s', async (look, options) => {
  const page = await staff.open(`/clients/${staff.idOf('Unsaid Ltd')}`, options)
  const banner = page.getByRole('region', { name: 'Situation' })
  await banner.getByText('Jo to share again').waitFor()
  expect(await banner.textContent()).toMatch(/access ended \w{3} \d+ \w{3}/)
  expect(await banner.textContent()).not.toContain('access until')
  await unfold(page, 'Connections')
  const card = page.getByRole('region', { name: 'Connections' })
  await card.getByText(/Access ended \d+ \w{3}/).waitFor()
  expect(await card.getByText(/Checking with/).count()).toBe(0)
  await unfold(page, 'Steps')
  expect(await page.getByText('Expiring').count()).toBe(0)
  await demandUsable(page, `lost after completion, unnoticed ${look}`, { fullPage: true })
})

test.each(looks)('a request to keep sharing does not stand under the invitation, at %s', async (_look, options) => {
  const page = await staff.open(`/clients/${staff.idOf('Tidewater Physio Ltd')}`, options)
  await unfold(page, 'Invitation')
  const attempts = page.getByRole('list', { name: 'Attempts' })
  await attempts.getByText('Used').waitFor()
  expect(await attempts.getByRole('listitem').count()).toBe(1)
})
