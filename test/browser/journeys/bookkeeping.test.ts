import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { DAY_MS } from '../../../domain/situation.ts'
import { advance } from '../../advance.ts'
import { linkIn } from '../../api/client/mailbox.ts'
import { phone, picture } from '../staffBrowser.ts'
import { allowAtXero, approveAtBank, heading, openClient, type Stage, startStage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
  const { api } = stage.staff
  const ann = await api.createPerson('standard', stage.practice, { name: 'Ann Lowe' })
  await api.createPerson('standard', stage.practice, { name: 'Owen Price' })
  const [team] = await api.owner<{ id: string }[]>`
    INSERT INTO team (practice_id, name) VALUES (${stage.practice.id}, 'Physio clients') RETURNING id`
  await api.owner`INSERT INTO team_member (practice_id, team_id, user_id)
    VALUES (${stage.practice.id}, ${team?.id ?? ''}, ${ann.id})`
}, 120_000)
afterEach(() => stage.staff.leave())
afterAll(() => stage?.stop())

const LENA = { name: 'Lena Ortiz', email: 'lena@tidewater.example', phone: '07400 123456' }

test('a business through the wizard: solutions, Xero, its name from there, colleagues, invited by mail and text; one link turns the other off', async () => {
  const page = await stage.rosa()
  const next = () => page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.goto('/clients/new')
  await page.getByRole('button', { name: /^Business/ }).click()

  await heading(page, 'Solutions')
  await page.getByRole('checkbox', { name: 'Bookkeeping' }).click()
  await page.getByRole('checkbox', { name: 'VAT' }).click()
  await next()

  await heading(page, 'Software')
  await page.getByRole('radio', { name: 'Xero' }).click()
  await page.getByRole('button', { name: 'Connect Xero' }).click()
  await page
    .getByRole('button', { name: 'Continue to Xero' })
    .or(page.getByLabel(/new organisation named/i))
    .first()
    .waitFor()
  const goOn = page.getByRole('button', { name: 'Continue to Xero' })
  if (await goOn.isVisible()) await goOn.click()
  await allowAtXero(page, 'Tidewater Physio Ltd')
  await heading(page, 'Software')
  await page.getByText('Tidewater Physio Ltd').first().waitFor()
  await picture(page, 'bookkeeping 1 software')
  await next()

  await heading(page, 'Details')
  expect(await page.getByRole('combobox', { name: 'Business name' }).inputValue()).toBe('Tidewater Physio Ltd')
  await page.getByLabel('Practice code').fill('TID04')
  await next()

  await heading(page, 'Access')
  await page.getByRole('checkbox', { name: 'Owen Price' }).check()
  await page.getByRole('tab', { name: /Teams/ }).click()
  await page.getByRole('checkbox', { name: 'Physio clients' }).check()
  await page.getByRole('combobox', { name: 'Account manager' }).click()
  await page.getByRole('option', { name: 'Ann Lowe' }).click()
  await picture(page, 'bookkeeping 2 access')
  await next()

  await heading(page, 'Invitation')
  await page.getByLabel('Name').first().fill(LENA.name)
  await page.getByLabel('Email').fill(LENA.email)
  await page.getByLabel('Mobile').fill(LENA.phone)
  await next()
  await heading(page, 'Summary')
  await picture(page, 'bookkeeping 3 summary')
  await page.getByRole('button', { name: 'Create and invite' }).click()
  await heading(page, 'Tidewater Physio Ltd')
  const id = openClient(page)
  const { owner } = stage.staff.api
  expect(
    await owner`SELECT kind FROM access_rule r JOIN onboarding o USING (organisation_id) WHERE o.id = ${id}
    ORDER BY kind`,
  ).toEqual([{ kind: 'person' }, { kind: 'team' }])

  const mail = await stage.sent(LENA.email, 'Join Tidewater Physio Ltd')
  const text = await stage.sent('+447400123456', 'join Tidewater Physio Ltd')
  expect(text.text.length).toBeLessThanOrEqual(160)
  const client = await stage.staff.visit(null, phone)
  await client.goto(text.link)
  await client.getByRole('button', { name: 'Albion Union Bank' }).click()
  await approveAtBank(client)
  await heading(client, 'Bank connected')
  await client.goto(mail.link)
  await heading(client, 'You’ve already accepted')
  await client.getByText('with the link from the text message').waitFor()
  await picture(client, 'bookkeeping 4 other channel')

  // The client's other business, under the same address: the address is known, warned about and confirmed, and both
  // appear in one place.
  await page.goto('/clients/new')
  await page.getByRole('combobox', { name: 'Company name' }).fill('Tidewater Pilates Ltd')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await heading(page, 'Tidewater Pilates Ltd')
  await page.getByRole('button', { name: 'Invite', exact: true }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(LENA.name)
  await dialog.getByLabel('Email').fill(LENA.email)
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  await dialog.getByText(`${LENA.email} already belongs to someone on Embark.`).waitFor()
  await picture(page, 'bookkeeping 5 known address')
  await dialog.getByRole('button', { name: 'Invite them to Tidewater Pilates Ltd too' }).click()
  const second = await stage.sent(LENA.email, 'Join Tidewater Pilates Ltd')
  const again = await stage.staff.visit(null, phone)
  await again.goto(second.link)
  await heading(again, 'Add Tidewater Pilates Ltd to your sign-in?')
  await again.getByRole('button', { name: 'Albion Union Bank' }).click()
  await approveAtBank(again)
  await heading(again, 'Bank connected')
  await again.goto('/home/sign-in')
  await again.getByLabel('Email').fill(LENA.email)
  await again.getByRole('button', { name: 'Email me a sign-in link' }).click()
  const signIn = await stage.sent(LENA.email, 'Your sign-in link')
  await again.goto(linkIn(signIn))
  await again.getByRole('button', { name: `Sign in as ${LENA.email}` }).click()
  await again.getByText('Tidewater Physio Ltd').first().waitFor()
  await again.getByText('Tidewater Pilates Ltd').first().waitFor()
  await picture(again, 'bookkeeping 6 both organisations')
}, 240_000)

test('somebody self-employed: two sources of income, not invited, then invited; the week ends; sent anew from the users, and edited', async () => {
  const page = await stage.rosa()
  const next = () => page.getByRole('button', { name: 'Continue', exact: true }).click()
  const email = 'megan@mail.example'
  await page.goto('/clients/new')
  await page.getByRole('button', { name: /^Self-employed/ }).click()
  await heading(page, 'Details')
  await page.getByLabel('Full name').fill('Megan Hughes')
  await page.getByLabel('Email').fill(email)
  await next()
  await heading(page, 'Income')
  for (const [n, name, type] of [
    [0, 'Window cleaning', /^Self-employment/],
    [1, 'Flat 2 Mill Lane', 'UK property'],
  ] as const) {
    if (n > 0) await page.getByRole('button', { name: 'Add another income source' }).click()
    await page.getByLabel('Income source name').nth(n).fill(name)
    await page.getByRole('radio', { name: type }).nth(n).check()
  }
  await picture(page, 'bookkeeping 7 income')
  await next()
  await heading(page, 'Access')
  await page.getByRole('switch', { name: 'Everyone, including people who join later' }).check()
  await next()
  await heading(page, 'Invitation')
  await page.getByRole('button', { name: 'Skip invitation' }).click()
  await heading(page, 'Summary')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await heading(page, 'Megan Hughes')
  const id = openClient(page)
  // The page shows events that happened while it was loading.
  await page.getByText('Invite the client').first().waitFor()
  expect(await stage.harness.control.messagesTo(email)).toEqual([])

  await page.getByRole('button', { name: 'Invite', exact: true }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send', exact: true }).click()
  const first = await stage.sent(email, 'Marsh & Lowe Accountants asks you to connect your bank')

  await advance(stage.harness, id, 7 * DAY_MS + 60_000)
  const client = await stage.staff.visit(null, phone)
  expect((await client.goto(first.link))?.status()).toBe(410)
  await heading(client, 'This link has expired')
  await page.goto(`/clients/${id}`)
  await page.getByText('Invitation expired without an answer').first().waitFor()
  await page.goto(`/clients/${id}/users`)
  await page.getByRole('button', { name: 'Manage Megan Hughes' }).click()
  await page.getByRole('menuitem', { name: 'Resend invitation' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Resend' }).click()
  const renewed = await stage.sent(email, /^New link/)
  await picture(page, 'bookkeeping 8 resent from users')
  await client.goto(first.link)
  await heading(client, 'There is a newer link')
  await client.goto(renewed.link)
  await heading(client, 'Connect your bank')
  await client.getByText('the bank accounts you use for your work and property').waitFor()

  // Edits her details while she is invited.
  await page.goto(`/clients/${id}/settings`)
  await page.getByLabel('Practice code').fill('HUG01')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.getByText('Saved').first().waitFor()
  expect(
    await stage.staff.api.owner`SELECT practice_code AS code FROM organisation WHERE name = 'Megan Hughes'`,
  ).toEqual([{ code: 'HUG01' }])
}, 240_000)
