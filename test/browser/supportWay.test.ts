import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerWithSandbox } from '../../dev/sandboxSetup.ts'
import { openProviders } from '../../providers/configured.ts'
import { advance } from '../advance.ts'
import { linkIn } from '../api/client/mailbox.ts'
import { forFile } from '../forFile.ts'
import { startHarness } from '../harness.ts'
import { waitFor } from '../waitFor.ts'
import { picture, type StaffBrowser, startStaffBrowser } from './staffBrowser.ts'

const harness = forFile(() => startHarness({ reconciles: true }))
let staff: StaffBrowser
/** True while the engine takes no signal of the API, as on a machine so busy that the call runs out of time. */
let losesSignals = false
beforeAll(async () => {
  const { database, apiPort, config, commands } = harness
  await registerWithSandbox(harness.sandboxUrl, harness.publicUrl)
  staff = await startStaffBrowser({
    on: { database, port: apiPort },
    commands: {
      db: commands.db,
      engine: {
        ...commands.engine,
        signal: async (id, progress) => {
          if (losesSignals) throw new Error('the signal is lost')
          return commands.engine.signal(id, progress)
        },
      },
    },
    linkKeys: config.linkKeys,
    email: openProviders(config).createEmail(),
  })
})
afterAll(async () => {
  await staff?.stop()
})

test('a client whose mail bounced is found by its message’s id, invited at another address, and cancelled for good', async () => {
  const { api } = staff
  const practice = await api.createPractice({ name: 'Marsh & Lowe Accountants' })
  const admin = await api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' })
  const rosa = await api.signIn(admin)
  const name = 'Stranded Bakery Ltd'
  const made = await api.callAs(rosa, 'onboardings', {
    method: 'POST',
    body: { organisation: { name }, invitation: { name: 'Jo Marsden', email: 'jo@stranded.example' } },
  })
  const id = made.body.id as string
  const providerId = await waitFor('the invitation to leave', async () => {
    const [message] = await harness.owner<{ provider_id: string | null }[]>`
      SELECT provider_id FROM message WHERE onboarding_id = ${id} AND purpose = 'invitation'`
    return message?.provider_id ?? null
  })
  await harness.control.report(providerId, 'bounced', 'mailbox does not exist')
  await waitFor('the bounce to be known', async () => (await harness.row(id)).blocked_by === 'bounced')
  // Moves past the minute in which nothing is sent again.
  await advance(harness, id, 3_600_000)

  const person = await api.createPerson('support', undefined, { name: 'Sam Reed' })
  const page = await staff.visit(await api.signIn(person))
  await page.goto('/support')
  await page.getByRole('searchbox').fill(providerId)
  await page.getByRole('button', { name: `Ask Marsh & Lowe Accountants about ${name}` }).click()
  await page.getByRole('button', { name: 'Ask for 4 hours' }).click()
  await page.getByText('Asked. Rosa Marsh was told.').waitFor()
  const asked = await waitFor('the mail to the admin', async () =>
    (await harness.control.messagesTo(admin.email)).find(({ subject }) => subject === 'Embark support asks to look in'),
  )
  expect(asked.text).toContain('Sam Reed of Embark support asks to look into Marsh & Lowe Accountants for 4 hours')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  const own = await staff.visit(rosa)
  await own.goto(linkIn(asked))
  await own.getByText('Sam Reed asked to be let in').waitFor()
  await own.getByRole('button', { name: 'Let in for 4 hours' }).click()
  await own.getByText('Support may look in for 4 hours').waitFor()

  // The page updates by itself after the answer.
  await page.getByRole('link', { name: `Open ${name} of Marsh & Lowe Accountants` }).click()
  await page.getByLabel('Ticket or reason').fill('Ticket 4711: no mail came')
  await page.getByRole('button', { name: 'Open client' }).click()
  await page.getByRole('button', { name: 'Correct address' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Email').fill('jo.marsden@stranded.example')
  losesSignals = true
  await dialog.getByRole('button', { name: /^Send/ }).click()
  await dialog.waitFor({ state: 'detached' })
  const messages = () => harness.control.messagesTo('jo.marsden@stranded.example')
  await expect
    .poll(
      async () => ({
        arrived: (await messages()).length,
        // The queue, for the error message when nothing arrives.
        queued: await harness.owner`
          SELECT purpose, state, reason, recipient FROM message WHERE onboarding_id = ${id} ORDER BY id`,
      }),
      { timeout: 40_000 },
    )
    .toMatchObject({ arrived: 1 })
  losesSignals = false
  const [sent] = await messages()
  expect(sent?.text).toContain('Rosa Marsh')
  expect(sent?.text).not.toContain('Sam Reed')
  await picture(page, 'support way resent')

  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Cancel onboarding' }).click()
  await dialog.getByLabel('Reason').fill('The practice asked for it')
  await dialog.getByRole('button', { name: 'Cancel onboarding' }).click()
  await harness.until(id, 'cancelled')
  await waitFor(
    'the links to be ended',
    async () => (await harness.events(id)).some(({ kind }) => kind === 'cleaned'),
    40_000,
  )
  expect((await fetch(`${harness.publicUrl}/j/${harness.tokenIn(sent ?? { text: '' })}`)).status).not.toBe(200)

  await own.goto(`/clients/${id}`)
  const timeline = own.getByRole('region', { name: 'Timeline' })
  for (const what of [
    'Opened by support',
    'Ticket 4711: no mail came',
    'The practice asked for it',
    'Onboarding cancelled',
    'Links and open sessions ended',
  ]) {
    await timeline.getByText(what).waitFor()
  }
  expect(await timeline.getByText('Sam Reed').count()).toBe(3)
  await picture(own, 'support way seen by the practice')
  await own.goto('/settings/support-access')
  const records = own.getByRole('region', { name: 'Looks and acts' })
  await records.getByText('Ticket 4711: no mail came').waitFor()
  expect(await records.getByRole('link', { name }).count()).toBe(3)
  await picture(own, 'support way in the settings')
  await own.getByRole('button', { name: 'End now' }).click()
  await page.getByText('Marsh & Lowe Accountants lets support in on request.').waitFor()
}, 120_000)
