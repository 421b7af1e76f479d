import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { resettle } from '../../commands/execute.ts'
import { lockFacts } from '../../db/onboardings/facts.ts'
import { HOUR_MS } from '../../domain/situation.ts'
import { age } from '../age.ts'
import { demandUsable, looks, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()

/** Adds a client who accepted, with the bank step in this state and the books open for the practice. */
async function add(name: string, bank: Record<string, Date | string | null>): Promise<void> {
  const { owner, practice, deps } = staff.api
  const invitation = { name: 'Priya Shah', email: 'priya@orchard.example', channels: ['email'] }
  const id = await staff.add(name, { invitation })
  await staff.api.accept(id)
  await age(owner, id, 2 * HOUR_MS)
  await owner`UPDATE onboarding_step SET ${owner(bank)} WHERE onboarding_id = ${id} AND kind = 'bank'`
  await deps.commands.db.inPractice(practice.id, async (tx) => {
    const locked = await lockFacts(tx, id)
    if (locked) await resettle({ tx, signals: new Map() }, locked)
  })
}

beforeAll(async () => {
  const failed_at = new Date(Date.now() - 3_600_000)
  await add('Orchard Lane Dental Ltd', { failed_at, started_at: failed_at, reason: 'refused' })
  await add('Tidewater Physio Ltd', { failed_at, started_at: failed_at, reason: 'bank_down' })
  await add('Moorhen Music Ltd', { phase: 'signatory', started_at: failed_at })
  await add('Whitlock Joinery Ltd', { reason: null })
  await add('Foxglove Lettings Ltd', { failed_at, phase: 'lost', reason: 'stopped' })
})

/** Returns the text of an element with collapsed spaces. */
const textOf = async (page: Page, name: string, role: 'row' | 'listitem') =>
  ((await page.getByRole(role).filter({ hasText: name }).textContent()) ?? '').replace(/\s+/g, ' ')

describe.each(looks)('at %s', (look, options) => {
  const isPhone = look.startsWith('390')

  test('a row says both the bank in trouble and the books that are open', async () => {
    const page = await staff.open('/clients?view=attention', options)
    const role = isPhone ? 'listitem' : 'row'
    await page.getByText('Orchard Lane Dental Ltd').waitFor()
    expect(await textOf(page, 'Orchard Lane', role)).toMatch(
      /Client.*Priya to retry the bank: refused.*also Us connect Xero · since (\d\d:\d\d|yesterday)/,
    )
    expect(await textOf(page, 'Tidewater', role)).toMatch(
      /Bank.*The bank is down, reminders paused.*also Us connect Xero/,
    )
    expect(await textOf(page, 'Moorhen', role)).toMatch(/Client.*Second signatory to approve.*also Us connect Xero/)
    expect(await page.getByText('Whitlock Joinery Ltd').count()).toBe(0)
    await demandUsable(page, `open things, list ${look}`)
    if (isPhone) return
    const row = page.getByRole('row', { name: /Orchard Lane/ })
    expect(await row.getAttribute('aria-label')).toMatch(
      /waiting for client: Priya to retry the bank: refused, since .*, also waiting for us: Connect Xero, since /,
    )
    // A piece that does not fit in the second line is left out whole.
    await page.setViewportSize({ width: 1100, height: 800 })
    const cut = () =>
      page.locator('tbody [data-pieces] > span').evaluateAll((pieces: HTMLElement[]) =>
        pieces
          // Those on the next line are left out.
          .filter(
            (piece) => piece.offsetTop === piece.parentElement?.querySelector<HTMLElement>(':scope > *')?.offsetTop,
          )
          .filter((piece) => piece.scrollWidth > piece.clientWidth + 1)
          .map(({ textContent }) => textContent),
      )
    // The columns of this width come with the next frame.
    await expect.poll(cut).toEqual([])
  })

  test('both views hold a client that waits for both', async () => {
    for (const view of ['us', 'client']) {
      const page = await staff.open(`/clients?view=${view}`, options)
      await page.getByText('Orchard Lane Dental Ltd').waitFor()
      await page.getByText('Whitlock Joinery Ltd').waitFor()
    }
  })

  test('its card on the board says both, whole', async () => {
    const page = await staff.open(`/clients/board${isPhone ? '?column=bank' : ''}`, options)
    await page.getByText('Orchard Lane Dental Ltd').waitFor()
    expect(await textOf(page, 'Orchard Lane', 'listitem')).toMatch(
      /Priya to retry the bank: refused.*also Us connect Xero/,
    )
    expect(await textOf(page, 'Whitlock', 'listitem')).toMatch(
      /Us ?Connect Xero.*also Client Priya to connect the bank/,
    )
    await demandUsable(page, `open things, board ${look}`)
  })

  test('its page gives each its sentence, since when, and its button; filled is what is ours', async () => {
    const page = await staff.open(`/clients/${staff.idOf('Orchard Lane Dental Ltd')}`, options)
    const banner = page.getByRole('region', { name: 'Situation' })
    await banner.getByText('Priya to retry the bank: refused').waitFor()
    expect(((await banner.textContent()) ?? '').replace(/\s+/g, ' ')).toMatch(
      /Priya to retry the bank: refused ?since .*Also ?Us ?Connect Xero ?since /,
    )
    const isFilled = (name: string) =>
      banner.getByRole('button', { name, exact: true }).evaluate((button) => button.getAttribute('data-variant'))
    expect([await isFilled('Copy link'), await isFilled('Connect')]).toEqual(['default', 'filled'])
    await demandUsable(page, `open things, detail ${look}`)
  })
})

test('a client who stopped sharing leaves a decision to the practice', async () => {
  const page = await staff.open(`/clients/${staff.idOf('Foxglove Lettings Ltd')}`)
  const banner = page.getByRole('region', { name: 'Situation' })
  await banner.getByText('Priya stopped sharing the bank').waitFor()
  await banner.getByText('nothing is asked until you do').waitFor()
  await banner.getByRole('button', { name: 'Decide' }).click()
  const dialog = page.getByRole('dialog', { name: 'Priya stopped sharing the bank' })
  await dialog.getByRole('button', { name: 'Send a link' }).waitFor()
  await demandUsable(page, 'open things, decide')
  await dialog.getByRole('button', { name: 'Skip the bank' }).click()
  await page.getByRole('dialog', { name: /Skip/ }).waitFor()
})
