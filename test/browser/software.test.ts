import { expect, test } from 'vitest'
import { connectors } from '../../providers/connectors.ts'
import { demandUsable, looks, unfold, useStaffBrowser } from './staffBrowser.ts'

// Xero alone can be connected here.
const staff = useStaffBrowser()

/** Adds a client who accepted and uses this software. */
async function add(name: string, software: string): Promise<string> {
  const id = await staff.add(name, { organisation: { name, software } })
  await staff.api.accept(id)
  return id
}

test.each(looks)(
  'staff find out the software, set up by hand what cannot be connected, and mark it done, at %s',
  async (look, options) => {
    const name = `Orchard Lane ${look} Ltd`
    const id = await add(name, 'unknown')
    const page = await staff.open(`/clients/${id}`, options)
    const books = page.getByRole('listitem').filter({ hasText: 'Books' }).first()
    await page.getByText("Find out Jo's software").first().waitFor()
    await books.getByText('Which software?').waitFor()
    await books.getByRole('button', { name: 'Choose: Books' }).click()

    const dialog = page.getByRole('dialog', { name: `Which software does ${name} use?` })
    await dialog.getByText('You’re reminded to find out.').waitFor()
    await dialog.getByRole('radio', { name: 'Xero' }).click()
    await dialog.getByText('Xero · Connect it now or later. One sign-in can reach several organisations.').waitFor()
    await dialog.getByRole('button', { name: 'Connect Xero' }).waitFor()
    await demandUsable(page, `software, to connect ${look}`)
    await dialog.getByRole('radio', { name: 'Something else' }).click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Say which software, in 60 characters or fewer.').waitFor()
    await demandUsable(page, `software without its name ${look}`)
    await dialog.getByRole('radio', { name: 'KashFlow' }).click()
    await dialog.getByText('KashFlow · We note it. You set it up by hand and mark it done.').waitFor()
    expect(await dialog.getByRole('button', { name: /^Connect/ }).count()).toBe(0)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })

    await page.getByText('Set up KashFlow by hand').first().waitFor()
    await books.getByText('KashFlow can’t be connected to Embark').waitFor()
    await page.getByText('the books are not connected in Embark').waitFor()
    await page.getByText('You’re reminded to set up KashFlow by hand').waitFor()
    await demandUsable(page, `software by hand ${look}`)
    await books.getByRole('button', { name: 'Mark done: Books' }).click()
    await page.getByLabel('Evidence').fill('Set up by Sam')
    await page.getByRole('dialog').getByRole('button', { name: 'Mark done' }).click()
    await books.getByText('Set up by Sam').waitFor()
    await unfold(page, 'Timeline')
    await page.getByText('Details changed: accounting software (KashFlow)').waitFor()
  },
)

test('a client without software needs no books, in the settings too; the list is filtered by it', async () => {
  const id = await add('Whitlock Joinery Ltd', 'xero')
  const page = await staff.open(`/clients/${id}/settings`)
  const field = page.getByRole('combobox', { name: 'Accounting software' })
  await field.click()
  await page.getByRole('option', { name: 'Something else' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Say which software, in 60 characters or fewer.').waitFor()
  await demandUsable(page, 'settings, software without its name')
  await field.click()
  await page.getByRole('option', { name: 'None' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').waitFor()
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByText('uses no accounting software').waitFor()
  await page.goto('/clients?software=none&view=all')
  await page.getByText('Whitlock Joinery Ltd').waitFor()
  await demandUsable(page, 'list of clients without software')
})

test('software is chosen in the quick way to add a client', async () => {
  const page = await staff.open('/clients/new')
  await page.getByRole('combobox', { name: 'Company name' }).fill('Quick Added Ltd')
  await page.getByRole('combobox', { name: 'Software' }).click()
  await page.getByRole('option', { name: 'KashFlow' }).click()
  await demandUsable(page, 'quick add with software')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: 'Quick Added Ltd', level: 1 }).waitFor()
  await page.getByText('KashFlow can’t be connected to Embark').waitFor()
})

test('the usual software of the practice is chosen already for a new client; other software is added by its name', async () => {
  const settings = await staff.open('/settings/onboarding')
  const usual = settings.getByRole('combobox', { name: 'Software most of your clients use' })
  await usual.click()
  await settings.getByRole('option', { name: 'FreeAgent' }).click()
  await settings.getByRole('region', { name: 'Software' }).getByRole('button', { name: 'Save' }).click()
  await settings.getByText('Saved').waitFor()
  await demandUsable(settings, 'usual software')

  const page = await staff.open('/clients/new')
  const software = page.getByRole('combobox', { name: 'Software' })
  await expect.poll(() => software.inputValue()).toBe('FreeAgent')
  await page.getByRole('combobox', { name: 'Company name' }).fill('Named Software Ltd')
  await software.click()
  await page.getByRole('option', { name: 'Something else' }).click()
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByText('Say which software, in 60 characters or fewer.').waitFor()
  await demandUsable(page, 'quick add without the software’s name')
  await page.getByLabel('Which software').fill('Pandle')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: 'Named Software Ltd', level: 1 }).waitFor()
  await page.getByText('Pandle can’t be connected to Embark').waitFor()

  // The wizard begins with it also for who starts it before the settings have come.
  const wizard = await staff.asRosa()
  const { promise: isPressed, resolve: press } = Promise.withResolvers<void>()
  await wizard.route('**/api/v1/practice', (route) => isPressed.then(() => route.continue()))
  await wizard.goto('/clients/new')
  await wizard.getByRole('button', { name: /^Business/ }).click()
  press()
  await wizard.getByRole('checkbox', { name: 'Bookkeeping' }).click()
  await wizard.getByRole('button', { name: 'Continue', exact: true }).click()
  await wizard.getByRole('radio', { name: 'FreeAgent' }).waitFor()
  expect(await wizard.getByRole('radio', { name: 'FreeAgent' }).isChecked()).toBe(true)
  await staff.api.owner`UPDATE practice SET usual_software = NULL`
})

test('software that lets Embark connect no more organisations cannot be chosen, and staff are told', async () => {
  const { deps } = staff.api
  const { first } = deps.ledgers
  const id = await add('Crowded Ltd', 'unknown')
  const opened = async (mostConnections: number) => {
    deps.ledgers = connectors({ ...first, mostConnections })
    const page = await staff.open(`/clients/${id}`)
    await page.getByRole('button', { name: 'Choose: Books' }).click()
    return page.getByRole('dialog')
  }
  const few = await opened(2)
  await few.getByRole('radio', { name: 'Xero' }).click()
  await few.getByText(/2 more organisations can be connected to Xero\. Tell Embark: \S+@\S+\.$/).waitFor()
  await few.getByRole('button', { name: 'Connect Xero' }).waitFor()
  const none = await opened(0)
  await none.getByText(/^No more Xero organisations can be connected until Embark raises the limit\./).waitFor()
  expect(await none.getByRole('radio', { name: 'Xero' }).isDisabled()).toBe(true)
  await demandUsable(none.page(), 'software, no more places')
  // A client that uses it already keeps it; its tile in Business settings says why it cannot be connected.
  const uses = await add('Uses It Ltd', 'xero')
  const settings = await staff.open(`/clients/${uses}/settings`)
  await settings.getByText(/^No more Xero organisations can be connected until Embark raises the limit\./).waitFor()
  expect(await settings.getByRole('button', { name: 'Connect Xero' }).count()).toBe(0)
  await demandUsable(settings, 'settings, no more places')
  deps.ledgers = connectors(first)
})
