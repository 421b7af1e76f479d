import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { invite } from '../../../commands/invitations/invite.ts'
import { DAY_MS, MINUTE_MS } from '../../../domain/situation.ts'
import { forFile } from '../../forFile.ts'
import { browse, type NewClient, startClientSide } from '../client/clientHarness.ts'
import { linkIn, mailbox } from '../client/mailbox.ts'

const side = forFile(startClientSide)
let dale: string
beforeAll(async () => {
  dale = await side.createPractice({ name: 'Dale & Fell LLP' })
})

const staff = { type: 'api_key', id: null } as const
const TITLE = 'Dale & Fell LLP asks to work with Harbour Bakery Ltd'

/** Creates a client who keeps these businesses with the first practice, and whom the second asks to be let in. */
async function asked(kept: string[] = ['Harbour Bakery Ltd'], given: NewClient = {}) {
  const email = `jo.${randomUUID().slice(0, 8)}@harbour.example`
  for (const name of kept) {
    const mine = await side.invite({ email, name, steps: { bank: 'skip' } })
    await browse(side.publicUrl).send(`/j/${await side.tokenFor(mine)}/accept`)
  }
  const client = await side.invite({ channels: null, ...given, email }, dale)
  const outcome = await invite(side.deps.commands, client.target, staff, randomUUID(), { email, asks: true })
  expect(outcome).toMatchObject({ result: 'changed' })
  return { ...client, email, base: `/j/${await side.tokenFor(client)}` }
}

async function signedIn(email: string) {
  const browser = browse(side.publicUrl)
  await browser.request('/home/sign-in', { method: 'POST', body: new URLSearchParams({ email }) })
  const link = linkIn(await mailbox(side.sandbox).mailed(email, 'Your sign-in link'))
  await browser.submit(new URL(link).pathname)
  return browser
}

const blocked = async (id: string) => {
  const [row] = await side.owner<{ blocked_by: string; status: string; decline_reason: string | null }[]>`
    SELECT blocked_by, status, decline_reason FROM onboarding WHERE id = ${id}`
  return row!
}

describe('a request to be let in', () => {
  test('names who asks and what they would see, and not where else the person belongs; letting in goes on with the bank', async () => {
    const { id, email, base } = await asked()
    const browser = browse(side.publicUrl)
    const page = await browser.open(base)
    expect([page.status, page.h1]).toEqual([200, TITLE])
    expect(page.text).toContain('They would see: your name and email address and the bank accounts')
    expect(page.text).toContain('You can remove them at any time.')
    expect(page.text).not.toContain('Marsh & Lowe')
    // Choosing a bank or accepting does not answer the request: only its own form does.
    await browser.submit(`${base}/bank`, { bank: 'ob-northgate' })
    await browser.submit(`${base}/accept`)
    expect(await blocked(id)).toMatchObject({ status: 'invited' })
    const after = await browser.submit(`${base}/let-in`)
    expect(after.h1).toBe('Carry on: connect your bank for Harbour Bakery Ltd')
    const home = await (await signedIn(email)).open('/home')
    expect(home.html.match(/<section/g)).toHaveLength(1)
    expect(home.text).toMatch(/with Marsh & Lowe Accountants.*with Dale & Fell LLP/)
  })

  test('twenty at once let in once', async () => {
    const { id, base } = await asked()
    await Promise.all(Array.from({ length: 20 }, () => browse(side.publicUrl).send(`${base}/let-in`)))
    const accepted = (await side.events(id)).filter(({ kind }) => kind === 'accepted')
    expect(accepted.map(({ data }) => data.asks)).toEqual([true])
  })

  test('a signed-in user chooses one of their businesses, or none of them', async () => {
    const { email, base } = await asked(['Bakery Holdings Ltd', 'Tidewater Physio Ltd'])
    const browser = await signedIn(email)
    const page = await browser.open(base)
    expect(page.text).toContain('Bakery Holdings Ltd, with Marsh & Lowe Accountants')
    const [, holdings] = page.html.match(/value="([\w-]{36})"[^>]*\/?> Bakery Holdings/) ?? []
    await browser.submit(`${base}/let-in`, { same: holdings! })
    const home = await browser.open('/home')
    expect(home.html.match(/<section/g)).toHaveLength(2)
    const single = await browser.open(home.html.match(/href="(\/home\/[\w-]{36})">Bakery Holdings/)![1]!)
    expect(single.text).toMatch(/with Marsh & Lowe Accountants.*with Dale & Fell LLP.*Your other organisations/)

    const other = await asked()
    const theirs = await signedIn(other.email)
    await theirs.submit(`${other.base}/let-in`, { same: '' })
    expect((await theirs.open('/home')).html.match(/<section/g)).toHaveLength(2)
  })

  test('an organisation of somebody else is not tied, whatever the form says', async () => {
    const { email, base } = await asked()
    const stranger = await side.invite({ name: 'Stranger Ltd' })
    const [{ id } = { id: '' }] = await side.owner<{ id: string }[]>`
      SELECT organisation_id AS id FROM onboarding WHERE id = ${stranger.id}`
    const browser = await signedIn(email)
    await browser.submit(`${base}/let-in`, { same: id })
    const ties = await side.owner`SELECT FROM portal.same_business WHERE business = ${id}`
    expect(ties).toHaveLength(0)
    expect((await browser.open('/home')).text).not.toContain('Stranger Ltd')
  })

  test('a copied link asks for a sign-in first; somebody else who is signed in lets nobody in', async () => {
    const { id, email, ...client } = await asked()
    const copied = `/j/${await side.tokenFor({ target: client.target }, 'link')}`
    const browser = browse(side.publicUrl)
    expect((await browser.open(copied)).text).toContain('Email me a sign-in link')
    await browser.submit(`${copied}/let-in`)
    const other = await asked()
    const stranger = await signedIn(other.email)
    expect((await stranger.open(client.base)).h1).toBe('You’re signed in as someone else')
    await stranger.submit(`${client.base}/let-in`)
    expect(await blocked(id)).toMatchObject({ status: 'invited' })
    expect((await (await signedIn(email)).submit(`${copied}/let-in`)).h1).toMatch(/^Carry on/)
  })

  test('not now is an answer: the practice sees it and is told, and the person may change their mind', async () => {
    const { id, target, base } = await asked()
    const browser = browse(side.publicUrl)
    const told = await browser.submit(`${base}/tell`, { about: 'not_now' })
    expect([told.h1, told.text.includes('They see nothing of yours.')]).toEqual(['Thank you', true])
    expect(await blocked(id)).toMatchObject({ status: 'declined', decline_reason: 'not_now' })
    const queued = await side.owner`SELECT FROM message WHERE onboarding_id = ${id} AND purpose = 'staff_declined'`
    expect(queued).toHaveLength(1)
    const page = await browser.open(base)
    expect([page.status, page.h1]).toEqual([410, 'You said no to this invitation'])
    await side.shift({ id }, 2 * MINUTE_MS)
    await browser.submit(`${base}/new-link`)
    expect(await blocked(id)).toMatchObject({ status: 'invited' })
    const again = await side.owner<{ asks: boolean }[]>`SELECT asks FROM invitation WHERE onboarding_id = ${id}`
    expect(again.map(({ asks }) => asks)).toEqual([true, true])
    // A no from an old page after letting in has no effect.
    const newest = `/j/${await side.tokenFor({ target })}`
    await browser.submit(`${newest}/let-in`)
    await browser.submit(`${newest}/tell`, { about: 'not_now' })
    expect(await blocked(id)).toMatchObject({ status: 'accepted' })
  })

  test('is over after its window, and gone when staff invite instead', async () => {
    const late = await asked()
    await side.shift(late, 8 * DAY_MS)
    expect((await browse(side.publicUrl).open(late.base)).h1).toBe('This link has expired')
    await browse(side.publicUrl).submit(`${late.base}/let-in`)
    expect((await side.events(late.id)).map(({ kind }) => kind)).not.toContain('accepted')

    const { id, target, base } = await asked()
    await side.shift({ id }, 2 * MINUTE_MS)
    await invite(side.deps.commands, target, staff, randomUUID(), { existingUser: true })
    expect((await browse(side.publicUrl).open(base)).h1).toBe('There is a newer link')
    expect((await browse(side.publicUrl).open(`/j/${await side.tokenFor({ target })}`)).h1).toBe(
      'Add Harbour Bakery Ltd to your sign-in?',
    )
  })
})
