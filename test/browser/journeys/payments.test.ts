import { afterAll, beforeAll, expect, test } from 'vitest'
import { demandAccessible, desktop, phone, picture } from '../staffBrowser.ts'
import { allowAtXero, approveAtBank, heading, openClient, type Stage, startStage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
}, 120_000)
afterAll(() => stage?.stop())

test.each([
  ['with script', {}],
  ['without script', { javaScriptEnabled: false }],
])(
  'the organisation by name, the client by mail, the bank by two presses, then the books and the match: complete, for a client %s',
  async (how, options) => {
    const name = `Harbour Bakery ${how} Ltd`
    const email = `jo.${how.replace(' ', '-')}@harbour.example`
    const page = await stage.rosa()
    const colleague = await stage.rosa()

    // Creates the organisation, by its name alone, from the switcher; it appears at once, with its next step.
    await page.goto('/clients?view=all')
    await colleague.goto('/clients?view=all')
    await page.getByRole('button', { name: /Marsh & Lowe/ }).click()
    await page.getByRole('link', { name: 'New organisation' }).click()
    await page.getByRole('combobox', { name: 'Company name' }).fill(name)
    await page.getByRole('button', { name: 'Create', exact: true }).dblclick()
    await heading(page, name)
    const id = openClient(page)
    expect(await stage.staff.api.owner`SELECT FROM organisation WHERE name = ${name}`).toHaveLength(1)
    await picture(page, `payments ${how} 1 created`)

    // Invites by mail, which is sent at once. A colleague who has the list open sees it happen.
    await page.getByRole('button', { name: 'Invite', exact: true }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Jo Marsden')
    await dialog.getByLabel('Email').fill(email)
    await dialog.getByRole('button', { name: 'Send', exact: true }).click()
    const mail = await stage.sent(email, `Join ${name}`)
    expect(mail.subject).toBe(`Join ${name}: invitation from Marsh & Lowe Accountants`)
    await colleague.getByRole('button', { name: /^Show \d+ change/ }).click()
    await colleague.getByRole('row').filter({ hasText: name }).getByText('Jo to accept').waitFor()

    // The client: a confirmation page with everything on it, the bank chosen, the bank's own pages, and nothing left to
    // do.
    const client = await stage.staff.visit(null, { ...phone, ...options })
    await client.goto(mail.link)
    await heading(client, `Connect your bank for ${name}`)
    await client.getByText('Choose one to accept the invitation.').waitFor()
    const overflow = await client
      .locator('body')
      .evaluate((body) => body.scrollWidth > innerWidth)
      .catch(() => false)
    expect(overflow).toBe(false)
    await picture(client, `payments ${how} 2 invitation`)
    await client.getByRole('button', { name: 'Albion Union Bank' }).click()
    await approveAtBank(client)
    await heading(client, 'Bank connected')
    await client.getByText('You have nothing else to do.').waitFor()
    await picture(client, `payments ${how} 3 connected`)

    // The accountant, in the client's organisation: the page has updated by itself. Says that it uses Xero, and connects it.
    await page.getByText("Find out Jo's software").first().waitFor()
    await picture(page, `payments ${how} 4 books`)
    await page.getByRole('button', { name: 'Choose', exact: true }).first().click()
    await page.getByRole('radio', { name: 'Xero' }).click()
    await page.getByRole('button', { name: 'Connect Xero' }).click()
    await page.getByRole('button', { name: 'Continue to Xero' }).click()
    await allowAtXero(page, name)
    await page.goto(`/clients/${id}`)
    const connections = page.getByRole('region', { name: 'Connections' })
    await connections.getByText(/^Signed in to Xero by Rosa Marsh, /).waitFor()
    await connections.getByText(/^Connected by Jo Marsden, /).waitFor()

    // Matches the bank account with the account in Xero, as suggested; the client is then complete, reported once.
    await page.getByRole('button', { name: 'Match accounts' }).first().click()
    await page.getByRole('button', { name: /^Save/ }).waitFor()
    await picture(page, `payments ${how} 5 match`)
    await page.getByText('Same sort code and number').first().waitFor()
    await demandAccessible(page)
    // Bank accounts without a counterpart in the books are saved without a match.
    for (const open of await page.getByPlaceholder('Choose in Xero').all()) {
      await open.click()
      await page.getByRole('option', { name: 'None of these' }).click()
    }
    await page.getByRole('button', { name: /^Save \d match/ }).click()
    const situation = page.getByRole('region', { name: 'Situation' })
    await situation.getByText(/^Completed \w{3} \d+ \w{3}, .+ after the invitation$/).waitFor({ timeout: 30_000 })
    await situation.getByText(new RegExp(`, access until .+ · Xero: ${name} · \\d of \\d matched$`)).waitFor()
    await picture(page, `payments ${how} 6 complete`)
    await stage.harness.until(id, 'completed')
    await stage.sent(stage.admin.email, `${name}: ready to go`)

    await client.goto(mail.link)
    await heading(client, 'All done')
    await stage.staff.leave()
  },
  180_000,
)

test('on a wide page the client may carry on with the phone, by a code to point its camera at', async () => {
  const made = await stage.staff.api.create({ organisation: { name: 'Quay Optics Ltd' } })
  const [message] = await stage.staff.api.owner<{ email: string }[]>`
    SELECT email FROM invitation WHERE onboarding_id = ${made.id}`
  const { link } = await stage.sent(message?.email ?? '', 'Join Quay Optics Ltd')
  const wide = await stage.staff.visit(null, desktop)
  await wide.goto(link)
  await wide.locator('.qr').waitFor()
  await wide.getByText('Point its camera here').waitFor()
  await demandAccessible(wide)
  const small = await stage.staff.visit(null, phone)
  await small.goto(link)
  expect(await small.locator('.qr:visible').count()).toBe(0)
  await stage.staff.leave()
})
