import { randomUUID } from 'node:crypto'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { demandAccessible, demandUsable, desktop, looks, picture, tablet, useStaffBrowser } from './staffBrowser.ts'

const staff = useStaffBrowser()

/** Creates a practice of four with an invitation, a team and clients; opens it as a person of `role`. */
async function office(role: 'practice_admin' | 'client_admin' | 'standard' = 'practice_admin') {
  const { api } = staff
  const practice = await api.createPractice()
  const person = (of: Parameters<typeof api.createPerson>[0], name: string, addClients = false) =>
    api.createPerson(of, practice, { name, addClients })
  const rosa = await person('practice_admin', 'Rosa Marsh')
  const ann = await person('client_admin', 'Ann Lowe')
  const priya = await person('standard', 'Priya Shah', true)
  const sam = await person('standard', 'Samantha Featherstonehaugh-Cholmondeley of Upper Dale')
  const cookies = { practice_admin: await api.signIn(rosa), client_admin: '', standard: '' }
  const as = (path: string, body: unknown) => api.callAs(cookies.practice_admin, path, { method: 'POST', body })
  const email = `late.${randomUUID().slice(0, 8)}@marsh.example`
  await as('members', { name: 'Late Comer', email, role: 'standard' })
  const team = (await as('teams', { name: 'Payroll', members: [priya.id, sam.id] })).body.id as string
  const clients: string[] = []
  for (const name of ['Harbour Bakery Ltd', 'Pennine Joinery LLP', 'Tidewater Physio Ltd']) {
    const of = { organisation: { name }, invitation: null, accountManager: priya.id, access: { teams: [team] } }
    clients.push((await api.create(of, practice.key)).organisation.id)
  }
  if (role !== 'practice_admin') cookies[role] = await api.signIn(role === 'standard' ? priya : ann)
  const visit = async (path: string, options: BrowserContextOptions = desktop): Promise<Page> => {
    const page = await staff.visit(cookies[role], options)
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    return page
  }
  return { practice, priya, sam, ann, rosa, team, email, clients, visit }
}

const manage = async (page: Page, name: string, item: string | RegExp) => {
  await page.getByRole('button', { name: `Manage ${name}` }).click()
  // Another person's menu may still be fading out.
  const menu = page.getByRole('menu', { name: `Manage ${name}` })
  await menu.getByRole('menuitem', { name: item }).click()
}
const choose = async (page: Page, label: RegExp | string, option: string) => {
  await page.getByRole('dialog').getByRole('combobox', { name: label }).click()
  await page.getByRole('option', { name: option }).click()
}

describe.each(looks)('the team at %s', (look, options) => {
  test('can be seen and looked after by everybody, in the light and in the dark', async () => {
    const { visit } = await office()
    const page = await visit('/team', options)
    const shown = (name: string) => demandUsable(page, `team ${name} ${look}`)
    await page.getByRole('link', { name: 'Payroll' }).waitFor()
    await shown('page')
    await page.getByRole('button', { name: 'Manage Priya Shah' }).click()
    const remove = page.getByRole('menuitem', { name: 'Remove' })
    await remove.hover()
    await picture(page, `team menu ${look}`)
    await remove.click()
    await page.getByText('Their 3 clients go to:').waitFor()
    await shown('remove')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Invite colleague' }).click()
    await page.getByLabel('Email').waitFor()
    await shown('invite')
    await page.keyboard.press('Escape')
    await manage(page, 'Priya Shah', 'Change role')
    await page.getByRole('radio', { name: 'Client Admin' }).waitFor()
    await shown('role')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'New team' }).click()
    await page.getByRole('checkbox', { name: 'Ann Lowe' }).waitFor()
    await shown('new team')
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Payroll' }).click()
    await page.getByRole('heading', { name: 'Payroll', level: 1 }).waitFor()
    await shown('one')
    await page.getByRole('button', { name: 'Delete team' }).click()
    await page.getByText('1 person loses access to 3 clients: Harbour Bakery Ltd').waitFor()
    await shown('delete')
  })
})

test('on a tablet whatever can be done about a colleague is in sight', async () => {
  const { visit } = await office()
  const page = await visit('/team', tablet)
  const manage = page.getByRole('button', { name: 'Manage Priya Shah' })
  await manage.waitFor()
  await picture(page, 'team tablet')
  const box = await manage.boundingBox()
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(tablet.viewport.width)
})

test('a colleague is invited, the invitation is sent again and withdrawn, with what is wrong said at the field', async () => {
  const { visit, email } = await office()
  const page = await visit('/team')
  await page.getByRole('button', { name: 'Invite colleague' }).click()
  await page.getByLabel('Name').fill('Jo Reed')
  await page.getByLabel('Email').fill('jo at marsh')
  await page.getByRole('button', { name: 'Send invitation' }).click()
  await page.getByText('Enter an email address like name@example.com.').waitFor()
  const address = `jo.${randomUUID().slice(0, 8)}@marsh.example`
  await page.getByLabel('Email').fill(address)
  await page.getByLabel('Allow “add clients”').check()
  await page.getByRole('button', { name: 'Send invitation' }).click()
  await page.getByText(`Invitation sent to ${address}`).waitFor()
  const invited = page.getByRole('region', { name: 'Invited' }).getByRole('listitem')
  await invited.filter({ hasText: 'Jo Reed' }).getByText('Standard, adds clients').waitFor()
  await manage(page, 'Late Comer', 'Resend invitation')
  await page.getByText(`Invitation sent to ${email}`).waitFor()
  await manage(page, 'Jo Reed', 'Withdraw invitation')
  await page.getByRole('button', { name: 'Withdraw invitation' }).click()
  await page.getByText('Withdrew Jo Reed’s invitation').waitFor()
  expect(await invited.count()).toBe(1)
})

test('a colleague’s role and right to add clients change, clients are handed over, and whoever is removed is out', async () => {
  const { visit, priya, sam, practice } = await office()
  const page = await visit('/team')
  const row = (name: string) =>
    page.getByRole('region', { name: 'Colleagues' }).getByRole('row').filter({ hasText: name })
  await manage(page, 'Priya Shah', 'Stop allowing “add clients”')
  await page.getByText('Priya Shah can’t add clients any more').waitFor()
  await manage(page, 'Ann Lowe', 'Change role')
  await page.getByRole('radio', { name: 'Practice Admin' }).check()
  await page.getByRole('button', { name: 'Change role' }).click()
  await row('Ann Lowe').getByText('Practice Admin').waitFor()

  expect(await row('Priya Shah').getByRole('link', { name: '3 clients of Priya Shah' }).getAttribute('href')).toBe(
    `/clients?view=all&manager=${priya.id}`,
  )
  await manage(page, 'Priya Shah', 'Hand over clients')
  await page.getByRole('button', { name: 'Hand over clients' }).click()
  await page.getByText('Choose who gets their clients.').waitFor()
  await choose(page, 'Their 3 clients go to:', sam.name)
  await page.getByRole('button', { name: 'Hand over clients' }).click()
  await page.getByText(`3 clients handed over to ${sam.name}`).waitFor()
  await row(sam.name)
    .getByRole('link', { name: /^3 clients/ })
    .waitFor()

  const cookie = await staff.api.signIn(sam)
  await manage(page, sam.name, 'Remove')
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('Choose who gets their 3 clients.').waitFor()
  await choose(page, 'Their 3 clients go to:', 'Ann Lowe')
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await row(sam.name).waitFor({ state: 'detached' })
  await row('Ann Lowe')
    .getByRole('link', { name: /^3 clients/ })
    .waitFor()
  const theirs = await staff.visit(cookie)
  await theirs.goto('/clients')
  await theirs.getByRole('button', { name: 'Sign in' }).waitFor()
  const rows = await staff.api.owner`SELECT FROM membership WHERE practice_id = ${practice.id} AND user_id = ${sam.id}`
  expect(rows).toHaveLength(0)
})

test('a team is made, filled, renamed and deleted, and says before who loses what', async () => {
  const { visit, priya } = await office()
  const page = await visit('/team')
  await page.getByRole('button', { name: 'New team' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('payroll')
  await page.getByRole('checkbox', { name: 'Ann Lowe' }).check()
  await page.getByRole('button', { name: 'Create team' }).click()
  await page.getByText('There is a team of this name already.').waitFor()
  await page.getByRole('dialog').getByLabel('Name').fill('Month end')
  await page.getByRole('button', { name: 'Create team' }).click()
  await page.getByRole('link', { name: 'Month end' }).click()
  const members = page.getByRole('region', { name: 'Members' })
  await members.getByText('Ann Lowe').waitFor()
  await page.getByRole('combobox', { name: 'Add a colleague' }).click()
  await page.getByRole('option', { name: 'Priya Shah' }).click()
  await members.getByRole('listitem').filter({ hasText: priya.name }).waitFor()
  await page.getByRole('button', { name: 'Take out Ann Lowe' }).click()
  await members.getByText('Ann Lowe').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Quarter end')
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('heading', { name: 'Quarter end', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Delete team' }).click()
  await page.getByText('Nobody loses access to a client.').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete team' }).click()
  await page.getByText('Deleted Quarter end').waitFor()
  await page.getByRole('heading', { name: 'Team', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Payroll' }).waitFor()
  expect(await page.getByRole('link', { name: 'Quarter end' }).count()).toBe(0)
})

test('a Client Admin looks after the team, but makes and unmakes no Practice Admin; the last one stays', async () => {
  const { visit, rosa } = await office('client_admin')
  const page = await visit('/team')
  await page.getByRole('button', { name: 'Manage Rosa Marsh' }).click()
  await page.getByRole('menuitem', { name: 'Hand over clients' }).waitFor()
  expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Hand over clients'])
  await page.keyboard.press('Escape')
  await manage(page, 'Priya Shah', 'Change role')
  await page.getByRole('radio', { name: 'Client Admin' }).waitFor()
  expect(await page.getByRole('radio').count()).toBe(2)

  const admin = await staff.visit(await staff.api.signIn(rosa))
  await admin.goto('/team')
  await manage(admin, 'Rosa Marsh', 'Remove')
  await admin.getByText('There must be at least one admin. Give someone else the role first.').waitFor()
  expect(await admin.getByRole('button', { name: 'Remove', exact: true }).count()).toBe(0)
})

test('without the right there is no way to the team, and its address says who can help', async () => {
  const { visit, team } = await office('standard')
  for (const path of ['/team', `/team/teams/${team}`]) {
    const page = await visit(path)
    await page.getByText('Ann Lowe and Rosa Marsh can manage the team. Ask one of them.').waitFor()
    expect(await page.getByRole('navigation', { name: 'Embark' }).getByRole('link', { name: 'Team' }).count()).toBe(0)
    await demandAccessible(page)
  }
})

test('a colleague who may see no client is told who can change that; My clients names its plan', async () => {
  const { api } = staff
  const practice = await api.createPractice()
  await api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' })
  const newcomer = await api.createPerson('standard', practice)
  await api.create({ organisation: { name: 'Not Theirs Ltd' } }, practice.key)
  const page = await staff.visit(await api.signIn(newcomer))
  for (const path of ['/clients?view=attention', '/clients?view=all']) {
    await page.goto(path)
    await page.getByRole('heading', { name: 'You can’t see any clients yet' }).waitFor()
    await page.getByText('Rosa Marsh can give you access. Tell them which clients you work on.').waitFor()
  }
  await page.goto('/clients?view=mine')
  await page.getByText('My clients is part of the Plus plan. Rosa Marsh can change it.').waitFor()
  await picture(page, 'team my clients')
  await demandAccessible(page)
  await api.owner`UPDATE practice SET plan = 'plus' WHERE id = ${practice.id}`
  await api.owner`UPDATE organisation SET account_manager_id = ${newcomer.id} WHERE practice_id = ${practice.id}`
  await page.reload()
  await page.getByRole('link', { name: 'Not Theirs Ltd' }).waitFor()
})
