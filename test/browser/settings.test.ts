import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { MINUTE_MS } from '../../domain/situation.ts'
import { age } from '../age.ts'
import { connect } from './connected.ts'
import { demandAccessible, demandUsable, desktop, looks, picture, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()
let rosa: Awaited<ReturnType<typeof staff.rosa>>
let priya: Awaited<ReturnType<typeof staff.api.createPerson>>
beforeAll(async () => {
  rosa = await staff.rosa()
  priya = await staff.api.createPerson('standard', staff.api.practice, { name: 'Priya Anand' })
})

const open = async (id: string, options: BrowserContextOptions = desktop, as = rosa.cookie): Promise<Page> => {
  const page = await staff.visit(as, options)
  await page.goto(`/clients/${id}/settings`)
  await page.getByRole('region', { name: 'Access' }).waitFor()
  return page
}
const section = (page: Page, name: string) => page.getByRole('region', { name })

describe.each(looks)('at %s', (name, options) => {
  test('a client’s settings stand on one page', async () => {
    const { id } = await staff.api.create({ organisation: { name: 'Harbour Bakery Ltd' } })
    const page = await open(id, options)
    await section(page, 'Access').getByRole('checkbox', { name: 'Priya Anand' }).waitFor()
    await demandUsable(page, `settings ${name}`)
  })
})

describe('access', () => {
  test('is given to one colleague, then to everyone, with an account manager', async () => {
    const { id, organisation } = await staff.api.create({ organisation: { name: 'Foxglove Lettings' } })
    const page = await open(id)
    const access = section(page, 'Access')
    expect(await access.getByRole('checkbox', { name: 'Rosa Marsh · Admin' }).isDisabled()).toBe(true)
    await access.getByRole('checkbox', { name: 'Priya Anand' }).check()
    await access.getByRole('combobox', { name: 'Account manager' }).click()
    await page.getByRole('option', { name: 'Rosa Marsh' }).click()
    await access.getByRole('button', { name: 'Save' }).click()
    await access.getByText('Saved').waitFor()
    const path = `organisations/${organisation.id}/access`
    expect((await staff.api.call(path)).body).toEqual({ everyone: false, people: [priya.id], teams: [] })
    expect((await staff.api.call(`organisations/${organisation.id}`)).body.accountManager).toEqual({ id: rosa.id })
    await access.getByRole('switch', { name: 'Everyone, including people who join later' }).check()
    await access.getByRole('button', { name: 'Save' }).click()
    await access.getByText('Saved').waitFor()
    expect((await staff.api.call(path)).body.everyone).toBe(true)
  })

  test('saved again a moment later, it says so for two seconds anew', async () => {
    const { id } = await staff.api.create({ organisation: { name: 'Sandpiper Prints' } })
    const page = await staff.asRosa(desktop)
    await page.clock.install()
    await page.goto(`/clients/${id}/settings`)
    const access = section(page, 'Access')
    const save = async (box: Locator) => {
      await box.check()
      await access.getByRole('button', { name: 'Save' }).click()
      await access.getByText('Saved').waitFor()
    }
    await access.getByRole('checkbox', { name: 'Priya Anand' }).waitFor()
    await page.clock.pauseAt(Date.now() + 60_000)
    await save(access.getByRole('checkbox', { name: 'Priya Anand' }))
    await page.clock.runFor(1_500)
    await save(access.getByRole('switch', { name: 'Everyone, including people who join later' }))
    await page.clock.runFor(1_500)
    expect(await access.getByText('Saved').isVisible()).toBe(true)
    await page.clock.runFor(600)
    expect(await access.getByText('Saved').isVisible()).toBe(false)
  })

  test('whoever was overtaken sees who it was, and keeps theirs', async () => {
    const { id, organisation } = await staff.api.create({ organisation: { name: 'Pennine Joinery LLP' } })
    const page = await open(id)
    const access = section(page, 'Access')
    await access.getByRole('checkbox', { name: 'Priya Anand' }).check()
    const path = `organisations/${organisation.id}/access`
    await staff.api.call(path, { method: 'PUT', body: { everyone: true } })
    await access.getByRole('button', { name: 'Save' }).click()
    await access.getByText('Yours is kept below.').waitFor()
    await demandAccessible(page)
    await access.getByRole('button', { name: 'Use mine' }).click()
    await access.getByText('Saved').waitFor()
    expect((await staff.api.call(path)).body).toEqual({ everyone: false, people: [priya.id], teams: [] })
  })

  test('leaving with changes asks, and staying keeps them', async () => {
    const { id } = await staff.api.create({ organisation: { name: 'Moorhen Music' } })
    const page = await open(id)
    const one = section(page, 'Access').getByRole('checkbox', { name: 'Priya Anand' })
    await one.check()
    await page.getByRole('link', { name: 'Overview' }).click()
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' })
    await dialog.waitFor()
    await demandAccessible(page)
    await dialog.getByRole('button', { name: 'Stay' }).click()
    expect(await one.isChecked()).toBe(true)
    await page.getByRole('link', { name: 'Overview' }).click()
    await dialog.getByRole('button', { name: 'Leave' }).click()
    await page.waitForURL(`**/clients/${id}`)
  })

  test('is shown and not changed without the right', async () => {
    const { id } = await staff.api.create({ access: { everyone: true } })
    const page = await open(id, desktop, await staff.api.signIn(priya))
    const everyone = section(page, 'Access').getByRole('switch', { name: /^Everyone/ })
    await everyone.waitFor()
    expect(await everyone.isDisabled()).toBe(true)
    await demandAccessible(page)
  })
})

describe('details', () => {
  test('an address that the running invitation went to says what changing it does, and does it', async () => {
    const { id, invitation } = await staff.api.create({ organisation: { name: 'Moved Ltd' } })
    await age(staff.api.owner, id, 2 * MINUTE_MS)
    const page = await open(id)
    const details = section(page, 'Details')
    await details
      .getByText(`Changing this turns off the link sent to ${invitation.email} and sends a new one.`)
      .waitFor()
    // Without a stored contact the form shows the invited person.
    expect(await details.getByLabel('Full name').inputValue()).toBe('Jo Marsden')
    expect(await details.getByLabel('Email').inputValue()).toBe(invitation.email)
    await details.getByLabel('Email').fill('jo@moved.example')
    await details.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Invitation sent to jo@moved.example').waitFor()
    const { body } = await staff.api.call(`onboardings/${id}`)
    expect(body.invitation).toMatchObject({ email: 'jo@moved.example', generation: 2 })
  })

  test('a number that a running text went to, too: both go out anew, through the same channels', async () => {
    const invitation = { name: 'Jo', email: 'jo@texted.example', phone: '07400 123456' }
    const { id } = await staff.api.create({ organisation: { name: 'Texted Ltd' }, invitation })
    await age(staff.api.owner, id, 2 * MINUTE_MS)
    const page = await open(id)
    const details = section(page, 'Details')
    await details.getByText('Changing this turns off the link sent to 07400 123456 and sends a new one.').waitFor()
    await details.getByLabel('Full name').fill('Jo Marsden')
    await details.getByLabel('Email').fill('jo@texted.example')
    await details.getByLabel('Mobile').fill('07400 123457')
    await details.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Invitation sent to jo@texted.example and 07400 123457').waitFor()
    const { body } = await staff.api.call(`onboardings/${id}`)
    expect(body.invitation).toMatchObject({ phone: '+447400123457', channels: ['email', 'sms'], generation: 2 })
  })

  test('of somebody self-employed: solutions, an industry of its own, another source of income, and the number shown once asked for', async () => {
    await staff.api.owner`
      UPDATE practice SET solutions = '{Bookkeeping,Payroll}' WHERE id = ${staff.api.practice.id}`
    const organisation = {
      kind: 'self_employed',
      name: 'Sam Reed',
      solutions: ['Payroll'],
      niNumber: 'AB 12 34 56 C',
      contact: { name: 'Sam Reed', email: 'sam@reed.example' },
      incomeSources: [{ name: 'Window cleaning', type: 'self_employment' }],
    }
    const { id, organisation: made } = await staff.api.create({ organisation, invitation: null })
    const page = await open(id)
    const details = section(page, 'Details')
    await details.getByText('•• •• •4 56 C').waitFor()
    await details.getByRole('button', { name: 'Show the National Insurance number' }).click()
    await details.getByText('AB 12 34 56 C · that you looked is recorded').waitFor()
    await details.getByRole('checkbox', { name: 'Bookkeeping' }).check()
    await details.getByRole('combobox', { name: 'Industry' }).click()
    await page.getByRole('option', { name: 'Other' }).click()
    await details.getByRole('button', { name: 'Save' }).click()
    await details.getByText('Say which industry, in 80 characters or fewer.').waitFor()
    await details.getByLabel('Which industry').fill('Chimney sweeping')
    await details.getByRole('button', { name: 'Add another income source' }).click()
    await details.getByLabel('Income source name').last().fill('Flat 2 Mill Lane')
    await details.getByRole('combobox', { name: 'Type' }).last().click()
    await page.getByRole('option', { name: 'UK property' }).click()
    await details.getByRole('button', { name: 'Save' }).click()
    await details.getByText('Saved').waitFor()
    await picture(page, 'settings self-employed')
    await demandAccessible(page)
    expect((await staff.api.call(`organisations/${made.id}`)).body).toMatchObject({
      industry: 'Chimney sweeping',
      solutions: ['Payroll', 'Bookkeeping'],
      incomeSources: [{ name: 'Window cleaning' }, { name: 'Flat 2 Mill Lane', type: 'uk_property' }],
    })
    const timeline = (await staff.api.call(`onboardings/${id}/timeline`)).body.items
    expect(timeline.map(({ sentence }: { sentence: string }) => sentence)).toContain('National Insurance number shown')
  })

  test('are saved alone; whoever was overtaken sees who it was, and keeps theirs or takes the others’', async () => {
    const { organisation, id } = await staff.api.create({ organisation: { name: 'Old Mill Ltd' } })
    const page = await open(id)
    const details = section(page, 'Details')
    await details.getByLabel('Practice code').fill('no spaces!')
    await details.getByRole('button', { name: 'Save' }).click()
    await details.getByText('Use letters, digits, full stop, hyphen or slash, up to 24.').first().waitFor()
    await details.getByLabel('Practice code').fill('MILL01')
    await details.getByRole('combobox', { name: 'Country' }).fill('Irel')
    await page.getByRole('option', { name: 'Ireland', exact: true }).click()
    await details.getByRole('combobox', { name: 'Currency' }).fill('EUR')
    await page.getByRole('option', { name: 'EUR', exact: true }).click()
    await details.getByRole('button', { name: 'Save' }).click()
    await details.getByText('Saved').waitFor()
    expect((await staff.api.call(`organisations/${organisation.id}`)).body).toMatchObject({
      practiceCode: 'MILL01',
      country: 'IE',
      currency: 'EUR',
    })
    await details.getByLabel('Practice code').fill('MILL02')
    const path = `organisations/${organisation.id}`
    await staff.api.call(path, { method: 'PATCH', body: { practiceCode: 'THEIRS' }, headers: { 'if-match': '*' } })
    await details.getByRole('button', { name: 'Save' }).click()
    await details.getByText('Yours is kept below.').waitFor()
    await demandAccessible(page)
    const mine = details.getByRole('button', { name: 'Use mine' })
    await mine.click()
    // "Saved" is shown for only two seconds, which a busy machine may miss.
    await mine.waitFor({ state: 'detached' })
    await expect.poll(async () => (await staff.api.call(path)).body.practiceCode).toBe('MILL02')
  })
})

test('a bank is disconnected where the business is set up, and its accounts are gone from there', async () => {
  const made = await staff.api.create({ organisation: { name: 'Cut Off Ltd' } })
  await staff.api.accept(made.id)
  await connect(staff.api, made, 'bank')
  const page = await open(made.id)
  const connections = section(page, 'Connections').last()
  await connections.getByText('Current').waitFor()
  await picture(page, 'settings connections')
  const manage = connections.getByRole('button', { name: 'Manage Bank A' })
  await manage.click()
  await page.getByRole('menuitem', { name: 'Disconnect' }).click()
  const dialog = page.getByRole('dialog', { name: 'Disconnect Bank A from Cut Off Ltd?' })
  await dialog.getByText('Reading 3 accounts stops now; their matches are removed.').waitFor()
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await demandAccessible(page)
  await dialog.getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('Disconnected Bank A').waitFor()
  await manage.waitFor({ state: 'detached' })
  const rows = await staff.api.owner`SELECT FROM connection WHERE onboarding_id = ${made.id} AND state = 'connected'`
  expect(rows.count).toBe(0)
})

test('a client is erased once its name is typed, and then there is nothing to do', async () => {
  const { id, organisation } = await staff.api.create({ organisation: { name: 'Forgotten Ltd' } })
  const page = await open(id)
  await section(page, 'Data').getByRole('link', { name: 'Erase personal data' }).click()
  await page.waitForURL(`**/clients/${id}/settings/erase`)
  await page.getByRole('heading', { name: 'Erase Forgotten Ltd’s personal data?' }).waitFor()
  await page.getByLabel('Type the client’s name').fill('Forgotten')
  await page.getByRole('button', { name: 'Erase for good' }).click()
  await page.getByText('Type the client’s name as it stands above.').waitFor()
  await picture(page, 'settings erase')
  await demandAccessible(page)
  await page.getByLabel('Type the client’s name').fill('Forgotten Ltd')
  await page.getByRole('button', { name: 'Erase for good' }).click()
  await page.getByRole('heading', { name: 'Erased client' }).waitFor()
  await page.getByRole('heading', { name: 'Personal data erased' }).waitFor()
  expect((await staff.api.call(`organisations/${organisation.id}`)).body.name).toBe('Erased client')
})
