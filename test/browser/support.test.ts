import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../../domain/situation.ts'
import { age } from '../age.ts'
import { waitFor } from '../waitFor.ts'
import {
  demandAccessible,
  demandUsable,
  desktop,
  looks,
  picture,
  tablet,
  unfold,
  useStaffBrowser,
} from './staffBrowser.ts'

const staff = useStaffBrowser()

/** Creates a practice with an admin, and a client of this name whose invitation has expired. */
async function practiceWith(client: string, values: Record<string, string | null>) {
  const { api } = staff
  const practice = await api.createPractice(values)
  const admin = await api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' })
  const cookie = await api.signIn(admin)
  const made = await api.callAs(cookie, 'onboardings', {
    method: 'POST',
    body: {
      organisation: { name: client, practiceCode: 'HAR01' },
      invitation: { name: 'Jo Marsden', email: `jo@${practice.slug}.example` },
    },
  })
  const id = made.body.id as string
  await api.report(id, 'delivered', null, practice)
  await age(api.owner, id, 8 * DAY_MS)
  await api.perform(id, { do: 'expire' }, practice)
  const grant = (body: object) => api.callAs(cookie, 'practice/support-access', { method: 'PATCH', body })
  return { practice, admin, cookie, id, grant }
}

const sam = async () => staff.api.signIn(await staff.api.createPerson('support', undefined, { name: 'Sam Reed' }))

describe.each(looks)('support at %s', (where, options) => {
  test('reads above the search what a provider does not accept', async () => {
    const reason = 'The text provider does not accept our sender (error 21606); an operator must mend it.'
    await staff.api
      .owner`INSERT INTO provider_trouble (service, code, reason, times) VALUES ('sms', '21606', ${reason}, 3)`
    const page = await staff.visit(await sam(), options)
    await page.goto('/support')
    await page.getByText(`${reason} 3 times since`).waitFor()
    await demandUsable(page, `support troubles ${where}`)
    await staff.api.owner`DELETE FROM provider_trouble`
  })

  test('reads what became of the mails about signing in to an address', async () => {
    const { api } = staff
    const email = `rosa.${where}@marsh.example`
    const keep = (id: string, mail: string, state: string, reason: string | null) => api.owner`
      INSERT INTO account_mail (id, address_sha256, mail, state, reason)
      VALUES (${id}, sha256(convert_to(${email}, 'UTF8')), ${mail}, ${state}, ${reason}) ON CONFLICT DO NOTHING`
    await keep(crypto.randomUUID(), 'confirm-email', 'delivered', null)
    await keep(crypto.randomUUID(), 'reset-password', 'bounced', 'There is no such mailbox.')
    const page = await staff.visit(await sam(), options)
    await page.goto(`/support?q=${encodeURIComponent(email)}`)
    const list = page.getByRole('region', { name: 'Sign-in emails to this address' }).getByRole('listitem')
    await list.filter({ hasText: 'Reset your password' }).getByText('Bounced: There is no such mailbox.').waitFor()
    await list.filter({ hasText: 'Confirm your email' }).getByText('Delivered').waitFor()
    await demandUsable(page, `support sign-in mails ${where}`)
  })

  test('finds a stuck client across practices, resends and cancels, and the practice sees it', async () => {
    const name = `Harbour Bakery ${where} Ltd`
    const marsh = await practiceWith(name, { name: 'Marsh & Lowe Accountants' })
    await practiceWith(name, { name: 'Dale & Fell LLP', support_access: 'never' })
    const page = await staff.visit(await sam(), options)
    /** A desktop page is also checked at a tablet's width. */
    const usable = async (what: string) => {
      await demandUsable(page, `support ${what} ${where}`)
      if (where !== '1440') return
      await page.setViewportSize(tablet.viewport)
      await demandUsable(page, `support ${what} 768`)
      await page.setViewportSize(desktop.viewport)
    }
    await page.goto('/')
    await page.waitForURL(/\/support$/)
    await page.getByText('Find a client of any practice').waitFor()
    await usable('search')
    const search = page.getByRole('searchbox')
    await search.fill('nothing of the kind')
    await page.getByText('Nothing found in any practice').waitFor()
    await demandUsable(page, `support nothing found ${where}`)
    await search.fill(name)
    await page.getByRole('button', { name: `Ask Marsh & Lowe Accountants about ${name}` }).waitFor()
    await page.waitForURL(/q=Harbour/)
    expect(await page.getByText('Jo').count()).toBe(0)
    await usable('found')

    await page.getByRole('button', { name: `Ask Dale & Fell LLP about ${name}` }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Dale & Fell LLP doesn’t allow support access.').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: `Ask Marsh & Lowe Accountants about ${name}` }).click()
    await dialog.getByText('Marsh & Lowe Accountants lets support in on request.').waitFor()
    await demandUsable(page, `support asks ${where}`)
    await dialog.getByRole('button', { name: 'Ask for 4 hours' }).click()
    await dialog.getByText('Asked. Rosa Marsh was told.').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByText('asked', { exact: true }).waitFor()

    // The page updates by itself after the answer.
    await marsh.grant({ access: 'on_request', hours: 4 })
    await page.getByText('Invitation expired without an answer').waitFor()
    await page.getByText('Practice', { exact: true }).last().waitFor()
    await usable('let in')
    await page.getByRole('link', { name: `Open ${name} of Marsh & Lowe Accountants` }).click()
    await page.getByRole('dialog', { name: 'Why are you looking?' }).waitFor()
    await demandUsable(page, `support is asked why ${where}`)
    await dialog.getByRole('button', { name: 'Open client' }).click()
    await dialog.getByText('Say why you are looking.').waitFor()
    await dialog.getByLabel('Ticket or reason').fill('Ticket 4711: no mail came')
    await picture(page, `support says why ${where}`)
    await dialog.getByRole('button', { name: 'Open client' }).click()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    const ribbon = page.getByRole('complementary', { name: 'Support' })
    expect(await ribbon.textContent()).toMatch(
      /^Support · Marsh & Lowe Accountants · access until \d\d:\d\d · everything you open is recorded and shown to them/,
    )
    await unfold(page, 'Timeline')
    await page.getByText('Opened by support').waitFor()
    await usable('opened')

    await page.getByRole('button', { name: 'Resend' }).first().click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Resend|Send/ })
      .last()
      .click()
    const statusOf = async () => {
      const [row] = await staff.api.owner<{ status: string }[]>`SELECT status FROM onboarding WHERE id = ${marsh.id}`
      return row?.status
    }
    await waitFor('the client to be invited again', async () => (await statusOf()) === 'invited')
    await page.reload()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Cancel onboarding' }).click()
    await dialog.getByLabel('Reason').fill('The practice asked for it')
    await dialog.getByRole('button', { name: 'Cancel onboarding' }).click()
    await waitFor('the onboarding to be cancelled', async () => (await statusOf()) === 'cancelled')

    // The practice sees who visited, why, and what was done.
    const own = await staff.visit(marsh.cookie, options)
    await own.goto(`/clients/${marsh.id}`)
    const timeline = own.getByRole('region', { name: 'Timeline' })
    await unfold(own, 'Timeline')
    await timeline.getByText('Opened by support').waitFor()
    await timeline.getByText('Ticket 4711: no mail came').waitFor()
    await timeline.getByText('Onboarding cancelled').waitFor()
    expect(await timeline.getByText('Sam Reed').count()).toBeGreaterThanOrEqual(3)
    await picture(own, `support seen by the practice ${where}`)

    // Either side can end it: the open page closes.
    await marsh.grant({ access: 'on_request' })
    await page.getByText('Marsh & Lowe Accountants lets support in on request.').waitFor()
    expect(await page.getByRole('main').getByText(name).count()).toBe(0)
    await usable('shut out')
  })
})

describe.each(looks)('a new practice at %s', (where, options) => {
  test('has its daily limit lifted from what support finds', async () => {
    const name = `Quayside Books ${where} Ltd`
    const fresh = await practiceWith(name, { name: 'Fresh & New LLP', limit_lifted_at: null })
    const page = await staff.visit(await sam(), options)
    await page.goto(`/support?q=${encodeURIComponent(name)}`)
    await page.getByRole('button', { name: 'Lift daily limit of Fresh & New LLP' }).click()
    await page.getByRole('dialog').getByText('50 invitations and 20 texts a day').waitFor()
    await demandUsable(page, `support lifts a limit ${where}`)
    await page.getByRole('button', { name: 'Lift the limit' }).click()
    await page.getByText('Fresh & New LLP sends without a limit').waitFor()
    await page.getByRole('button', { name: /^Lift daily limit/ }).waitFor({ state: 'detached' })
    await demandUsable(page, `support found without a limit ${where}`)
    const audit = await staff.api.callAs(fresh.cookie, 'audit?kind=limit_lifted')
    expect(audit.body.items).toHaveLength(1)
  })
})

test('support ends what it was given, and is back at its search', async () => {
  const marsh = await practiceWith('Ended Early Ltd', { name: 'Marsh & Lowe Accountants' })
  await marsh.grant({ access: 'on_request', hours: 4 })
  const page = await staff.visit(await sam())
  await page.goto(`/support/${marsh.practice.id}/clients/${marsh.id}`)
  await page.getByLabel('Ticket or reason').fill('Ticket 4712')
  await page.getByRole('button', { name: 'Open client' }).click()
  await page.getByRole('heading', { name: 'Ended Early Ltd', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'End', exact: true }).click()
  await page.waitForURL(/\/support$/)
  const [practice] = await staff.api.owner`SELECT support_until FROM practice WHERE id = ${marsh.practice.id}`
  expect(practice?.support_until).toBeNull()
  await page.goBack()
  await page.getByText('Marsh & Lowe Accountants lets support in on request.').waitFor()
  expect(await page.getByText('Ended Early Ltd').count()).toBe(0)
})

test('a client that is open goes on the instant that access ends', async () => {
  const marsh = await practiceWith('Timed Out Ltd', { name: 'Marsh & Lowe Accountants' })
  await marsh.grant({ access: 'on_request', hours: 4 })
  const page = await staff.visit(await sam())
  await page.goto(`/support/${marsh.practice.id}/clients/${marsh.id}`)
  await page.getByLabel('Ticket or reason').fill('Ticket 4713')
  await page.getByRole('button', { name: 'Open client' }).click()
  await page.getByRole('heading', { name: 'Timed Out Ltd', level: 1 }).waitFor()
  await staff.api
    .owner`UPDATE practice SET support_until = now() + interval '8 seconds' WHERE id = ${marsh.practice.id}`
  await page.reload()
  await page.getByRole('heading', { name: 'Timed Out Ltd', level: 1 }).waitFor()
  await page.getByText('Marsh & Lowe Accountants lets support in on request.').waitFor()
  expect(await page.getByText('Timed Out Ltd').count()).toBe(0)
})

test('nobody of a practice has a place for support', async () => {
  const marsh = await practiceWith('Own Client Ltd', { name: 'Marsh & Lowe Accountants' })
  const page = await staff.visit(marsh.cookie)
  await page.goto('/support')
  await page.getByText('This is for Embark’s own support').waitFor()
  expect(await page.getByRole('link', { name: 'Support' }).count()).toBe(0)
  await demandAccessible(page)
})
