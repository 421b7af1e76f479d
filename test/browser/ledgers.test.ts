import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { LEDGERS } from '../../domain/connections/ledgers.ts'
import { connectors } from '../../providers/connectors.ts'
import { linkIn, mailbox } from '../api/client/mailbox.ts'
import { demandAccessible, phone, picture } from '../chrome.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { useClientBrowser } from './clientBrowser.ts'
import { demandUsable, useStaffBrowser } from './staffBrowser.ts'

// Every ledger is connected where people can: by staff while a client is added and on its page, by the client at home.

type Sandbox = Awaited<ReturnType<typeof againstSandbox>>
const ledgersOf = (at: Pick<Sandbox, 'xero' | 'ledger'>) =>
  connectors(at.xero(), at.ledger('quickbooks'), at.ledger('sage'), at.ledger('freeagent'))

const sandbox = forFile(againstSandbox)
const staff = useStaffBrowser(() => ({ ledgers: ledgersOf(sandbox) }))
const side = useClientBrowser()
beforeAll(() => {
  side.deps.ledgers = ledgersOf(side.sandbox)
})

/** Signs in at a ledger's page as somebody who has no other organisation, and allows a new one of this name. */
async function allow(page: Page, organisation: string): Promise<void> {
  const user = page.getByRole('textbox', { name: 'Signed in as' })
  if (await user.isVisible()) await user.fill(`${randomUUID().slice(0, 8)}@ledger.example`)
  await page.getByLabel(/new (organisation|company) named/i).fill(organisation)
  await page.getByRole('button', { name: 'Allow access' }).click()
}

describe.each([
  {
    software: 'xero',
    isDuringSetup: true,
    ending: 'Only this organisation. Others on the same sign-in keep working.',
  },
  {
    software: 'quickbooks',
    isDuringSetup: false,
    ending: 'Leave the bank feed in QuickBooks as it is: removing it there deletes entries that nobody has reviewed.',
  },
  { software: 'sage', isDuringSetup: true, ending: 'It can take five minutes to end.' },
  { software: 'freeagent', isDuringSetup: false, ending: 'Also remove Embark in FreeAgent under Connected apps.' },
] as const)('$software', ({ software, isDuringSetup, ending }) => {
  const { label, short } = LEDGERS.find(({ id }) => id === software)!

  test('in the wizard it is connected at once where it can be, and later otherwise', async () => {
    const name = `Added With ${label} Ltd`
    const page = await staff.open('/clients/new')
    await page.getByRole('button', { name: /^Business/ }).click()
    await page.getByRole('checkbox', { name: 'Bookkeeping' }).click()
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
    await page.getByRole('radio', { name: label, exact: true }).click()
    const when = isDuringSetup ? 'Connect it now or later.' : 'Connect it after adding the client.'
    await page.getByText(`${label} · ${when}`).waitFor()
    // What cannot be connected now is not said to be connected now or later.
    const lead = page.getByText('Connect it now if you can sign in as this client; otherwise later.')
    expect(await lead.count()).toBe(isDuringSetup ? 1 : 0)
    await demandUsable(page, `ledgers, ${software} in the wizard`)
    const connect = page.getByRole('button', { name: `Connect ${short}` })
    expect(await connect.count()).toBe(isDuringSetup ? 1 : 0)
    if (!isDuringSetup) return
    await connect.click()
    await page.getByRole('button', { name: `Continue to ${short}` }).click()
    await allow(page, name)
    await page.getByText(new RegExp(`^${name} · `)).waitFor()
    await demandUsable(page, `ledgers, ${software} connected in the wizard`)
  })

  test('staff connect it on the client’s page, and read what disconnecting leaves before they do', async () => {
    const name = `Kept In ${label} Ltd`
    const id = await staff.add(name, { organisation: { name, software } })
    await staff.api.accept(id)
    const page = await staff.open(`/clients/${id}`)
    await page.getByRole('region', { name: 'Situation' }).getByRole('button', { name: 'Connect' }).click()
    await page.getByRole('button', { name: `Continue to ${short}` }).waitFor()
    await demandAccessible(page)
    await picture(page, `ledgers, ${software} before the sign-in`)
    await page.getByRole('button', { name: `Continue to ${short}` }).click()
    await allow(page, name)
    await page.getByRole('status').getByText(`${label} connected to ${name}`).waitFor()
    await page.getByText(`${label}: ${name}`).first().waitFor()
    await demandUsable(page, `ledgers, ${software} on the client’s page`)
    await page.getByRole('button', { name: `Manage ${label}: ${name}` }).click()
    await page.getByRole('menuitem', { name: 'Disconnect' }).click()
    const dialog = page.getByRole('dialog', { name: `Disconnect ${label} from ${name}?` })
    const stops = `Reading ${name} in ${label} stops now; its matches are removed.`
    await dialog.getByText(`${stops} ${ending}`, { exact: true }).waitFor()
    await demandUsable(page, `ledgers, disconnect ${software}`)
  })

  test('the client connects it at home', async () => {
    const client = await side.invite({ name: 'Orchard Lane Dental Ltd' })
    await side.owner`
      UPDATE organisation SET software = ${software} WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${client.id})`
    const page = await side.visit({ ...phone })
    await page.goto(`/j/${await side.tokenFor(client)}`)
    await page.getByRole('button', { name: 'Albion Union Bank' }).click()
    await page.locator('button.primary').click()
    await page.getByRole('button', { name: 'Approve', exact: true }).click()
    await page.getByRole('heading', { name: 'Bank connected', level: 1 }).waitFor()
    await page.goto('/home')
    await page.getByLabel('Your email').fill(client.email)
    await page.getByRole('button', { name: 'Email me a sign-in link' }).click()
    await page.goto(linkIn(await mailbox(side.sandbox).mailed(client.email, 'Your sign-in link')))
    await page.getByRole('button', { name: `Sign in as ${client.email}` }).click()
    await page.getByRole('link', { name: 'Integrations' }).click()
    await demandAccessible(page)
    await picture(page, `ledgers, ${software} at home`, { fullPage: true })
    await page.getByRole('button', { name: `Connect ${short}` }).click()
    await page.getByRole('button', { name: new RegExp(`Continue.*${short}`) }).click()
    await allow(page, 'Orchard Lane Dental Ltd')
    await page.getByRole('heading', { name: `${short} connected`, level: 1 }).waitFor()
    await demandAccessible(page)
    await page.goto('/home')
    await page.getByRole('link', { name: 'Integrations' }).click()
    await page.getByRole('link', { name: `Disconnect ${short}` }).waitFor()
    await picture(page, `ledgers, ${software} connected at home`, { fullPage: true })
    await page.context().close()
  })
})
