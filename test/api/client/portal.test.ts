import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { recoverConnection } from '../../../commands/connections/connectionHealth.ts'
import { execute } from '../../../commands/execute.ts'
import { insertPerson } from '../../../db/people/identity.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { waitFor } from '../../waitFor.ts'
import { atBank, atLedger, browse, type NewClient, startClientSide } from './clientHarness.ts'

const side = forFile(startClientSide)

type Browser = ReturnType<typeof browse>

const address = () => `jo.${randomUUID().slice(0, 8)}@harbour.example`

/** Returns the tokens in the mails to an address that match the pattern, oldest first. */
const mailed = async (to: string, pattern: RegExp): Promise<string[]> => {
  const { messages } = await side.sandbox.control<{ messages: { to: string[] | string; text: string }[] }>('messages')
  return messages.filter((one) => [one.to].flat().includes(to)).flatMap(({ text }) => text.match(pattern)?.[1] ?? [])
}
const signInLink = (to: string, after = 0) =>
  waitFor('a sign-in link', async () => (await mailed(to, /\/s\/([\w-]{43})/))[after])

/** Returns the organisation's id of a client who accepted and connected a bank. */
async function accepted(given: NewClient = {}, practice?: string) {
  const client = await side.invite(given, practice)
  const browser = browse(side.publicUrl)
  const base = `/j/${await side.tokenFor(client)}`
  await browser.open(await atBank(await browser.send(`${base}/bank`, { bank: 'ob-northgate' })))
  const [row] = await side.owner<{ id: string }[]>`SELECT organisation_id AS id FROM onboarding WHERE id = ${client.id}`
  return { ...client, base, organisation: row!.id }
}

async function signedIn(email: string, after = 0): Promise<Browser> {
  const browser = browse(side.publicUrl)
  await browser.request('/home/sign-in', { method: 'POST', body: new URLSearchParams({ email }) })
  await browser.submit(`/s/${await signInLink(email, after)}`)
  return browser
}

describe('signing in', () => {
  test('is by a mailed link, which works once and only by a press', async () => {
    const { email } = await accepted()
    const browser = browse(side.publicUrl)
    const asked = await browser.request('/home/sign-in', { method: 'POST', body: new URLSearchParams({ email }) })
    expect(await asked.text()).toContain(`If ${email} is known here, a link is on its way.`)
    const token = await signInLink(email)
    for (let i = 0; i < 3; i++) expect((await browser.open(`/s/${token}`)).text).toContain(`Sign in as ${email}`)
    expect((await browser.open('/home')).url).toContain('/home/sign-in')
    expect((await browser.submit(`/s/${token}`)).h1).toBe('What you share')
    expect((await browse(side.publicUrl).submit(`/s/${token}`)).h1).toBe('This sign-in link has ended')
    expect((await browser.submit('/home/sign-out')).h1).toBe('Sign in')
    expect((await browser.open('/home')).h1).toBe('Sign in')
  })

  test('two presses at once sign in once', async () => {
    const { email } = await accepted()
    const asking = browse(side.publicUrl)
    await asking.request('/home/sign-in', { method: 'POST', body: new URLSearchParams({ email }) })
    const token = await signInLink(email)
    const pages = await Promise.all([0, 1, 2].map(() => browse(side.publicUrl).submit(`/s/${token}`)))
    expect(pages.filter(({ h1 }) => h1 === 'What you share')).toHaveLength(1)
  })

  test('that has lasted its time says so when they come back, and not to somebody who signed out', async () => {
    const { email } = await accepted()
    const browser = await signedIn(email)
    await side.owner`UPDATE portal.session SET expires_at = now() WHERE person_id =
      (SELECT id FROM portal.person WHERE address = ${email})`
    const back = await browser.open('/home')
    expect([back.h1, back.text.includes('Your sign-in has ended')]).toEqual(['Sign in', true])
    await browser.submit('/home/sign-out')
    expect((await browser.open('/home')).text).not.toContain('Your sign-in has ended')
  })

  test('the link is over after a quarter of an hour', async () => {
    const { email } = await accepted()
    const browser = browse(side.publicUrl)
    await browser.request('/home/sign-in', { method: 'POST', body: new URLSearchParams({ email }) })
    const token = await signInLink(email)
    await side.owner`UPDATE portal.login_link SET expires_at = expires_at - interval '15 minutes'`
    expect((await browser.submit(`/s/${token}`)).h1).toBe('This sign-in link has ended')
  })

  test('an unknown address is answered the same, and an address asked for too often is mailed no more', async () => {
    const { email } = await accepted()
    const stranger = address()
    const ask = async (to: string) => {
      const body = new URLSearchParams({ email: to })
      const answer = await browse(side.publicUrl).request('/home/sign-in', { method: 'POST', body })
      return [answer.status, (await answer.text()).replaceAll(to, 'X')]
    }
    const answers = [await ask(stranger), await ask(email), await ask(email), await ask(email), await ask(email)]
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1)
    await signInLink(email, 2)
    expect(await mailed(email, /\/s\/([\w-]{43})/)).toHaveLength(3)
    expect(await mailed(stranger, /\/s\/([\w-]{43})/)).toHaveLength(0)
  })

  test('a wrong address is named at its field; another site’s form is refused', async () => {
    const browser = browse(side.publicUrl)
    const post = (email: string, headers = {}) =>
      browser.request('/home/sign-in', { method: 'POST', body: new URLSearchParams({ email }), headers })
    const refused = await post('jo at harbour')
    expect([refused.status, (await refused.text()).includes('Enter an email address like')]).toEqual([400, true])
    expect((await post(address(), { 'sec-fetch-site': 'cross-site' })).status).toBe(303)
  })

  test('no token or address stands in the log', async () => {
    const { email } = await accepted()
    await signedIn(email)
    const [token = ''] = await mailed(email, /\/s\/([\w-]{43})/)
    expect(side.logged.join('\n')).not.toContain(token)
    expect(side.logged.join('\n')).not.toContain(email)
  })
})

describe('home', () => {
  test('shows every organisation of the address, of every practice, and no other’s', async () => {
    const email = address()
    const other = await side.createPractice({ name: 'Dale & Fell LLP' })
    const one = await accepted({ email, name: 'Harbour Bakery Ltd' })
    await accepted({ email, name: 'Tidewater Physio Ltd' }, other)
    await accepted({ name: 'Stranger Ltd' })
    const browser = await signedIn(email)
    const home = await browser.open('/home')
    for (const word of ['Harbour Bakery Ltd', 'Marsh & Lowe Accountants', 'Tidewater Physio Ltd', 'Dale & Fell LLP']) {
      expect(home.text).toContain(word)
    }
    expect(home.text).not.toContain('Stranger Ltd')
    const single = await browser.open(`/home/${one.organisation}`)
    expect(single.text).toMatch(/Harbour Bakery Ltd.*Your other organisations.*Tidewater Physio Ltd/)
    expect(single.text).not.toContain('Dale & Fell LLP')
  })

  test('sharing stops in two presses, and the practice is told', async () => {
    const client = await accepted()
    const browser = await signedIn(client.email)
    const path = (await browser.open('/home')).html.match(/href="(\/home\/[\w-]+\/stop\/[\w-]+)"/)![1]!
    const asks = await browser.open(path)
    expect(asks.h1).toMatch(/^Stop sharing .* with Marsh & Lowe Accountants\?$/)
    const connection = path.split('/').at(-1)!
    const stopped = await browser.submit(path.replace(/\/[\w-]+$/, ''), { connection })
    expect(stopped.text).toContain('Marsh & Lowe Accountants has been told.')
    const [row] = await side.owner<{ state: string }[]>`SELECT state FROM connection WHERE id = ${connection}`
    expect(row?.state).toBe('disconnected')
    const queued = await side.owner`
      SELECT FROM message WHERE onboarding_id = ${client.id} AND purpose = 'staff_told'`
    expect(queued).toHaveLength(1)
    expect((await browser.open('/home')).text).toContain('No bank is connected')
  })

  test('nobody else opens, stops or changes anything there', async () => {
    const mine = await accepted()
    const theirs = await accepted()
    const browser = await signedIn(mine.email)
    const [connection] = await side.owner<
      { id: string }[]
    >`SELECT id FROM connection WHERE onboarding_id = ${theirs.id}`
    for (const path of ['', '/users', '/users/new', `/stop/${connection!.id}`]) {
      expect((await browser.open(`/home/${theirs.organisation}${path}`)).url).toBe(`${side.publicUrl}/home`)
    }
    await browser.submit(`/home/${theirs.organisation}/stop`, { connection: connection!.id })
    await browser.submit(`/home/${mine.organisation}/stop`, { connection: connection!.id })
    const [still] = await side.owner<{ state: string }[]>`SELECT state FROM connection WHERE id = ${connection!.id}`
    expect(still?.state).toBe('connected')
    const body = new URLSearchParams({ connection: connection!.id })
    const signedOut = await browse(side.publicUrl).request(`/home/${theirs.organisation}/stop`, {
      method: 'POST',
      body,
    })
    expect(signedOut.headers.get('location')).toBe('/home/sign-in')
  })
})

describe('users', () => {
  test('a Business Admin invites, changes and removes; the invited sees, and cannot manage', async () => {
    const { email, organisation } = await accepted()
    const browser = await signedIn(email)
    const users = `/home/${organisation}/users`
    const sam = address()
    const invited = await browser.submit(users, { name: 'Sam Reed', email: sam, role: 'member' })
    expect(invited.text).toContain('The invitation is on its way.')
    const token = await waitFor('an invitation', async () => (await mailed(sam, /\/home\/join\/([\w-]{22})/))[0])
    const visitor = browse(side.publicUrl)
    expect((await visitor.open(`/home/join/${token}`)).h1).toBe('Join Harbour Bakery Ltd')
    const joined = await visitor.request(`/home/join/${token}`, { method: 'POST' })
    expect(await joined.text()).toContain('You’ve joined Harbour Bakery Ltd')
    expect((await visitor.open('/home')).h1).toBe('Sign in')
    expect((await visitor.open(`/home/join/${token}`)).status).toBe(410)

    const member = await signedIn(sam)
    const seen = await member.open('/home')
    expect([seen.text.includes('Harbour Bakery Ltd'), seen.html.includes('/users')]).toEqual([true, false])
    expect((await member.open(users)).h1).toBe('What you share')

    const samId = (await browser.open(users)).html.match(/users\/([\w-]{36})" aria-label="Manage Sam Reed"/)![1]!
    await browser.submit(`${users}/${samId}/role`, { role: 'business_admin' })
    expect((await member.open(users)).h1).toBe('Users of Harbour Bakery Ltd')
    await browser.submit(`${users}/${samId}/remove`)
    expect((await member.open('/home')).text).toContain('You are in no organisation here.')
  })

  test('the last Business Admin is told that somebody else must have the role first', async () => {
    const { email, organisation } = await accepted()
    const browser = await signedIn(email)
    const users = `/home/${organisation}/users`
    const me = (await browser.open(users)).html.match(/users\/([\w-]{36})"/)![1]!
    for (const [form, fields] of [
      ['remove', {}],
      ['role', { role: 'member' }],
    ] as const) {
      const body = new URLSearchParams(fields)
      const refused = await browser.request(`${users}/${me}/${form}`, { method: 'POST', body })
      expect(refused.status).toBe(409)
      expect(await refused.text()).toContain('Harbour Bakery Ltd needs at least one Business Admin.')
    }
  })

  test('older links of a removed user do not work', async () => {
    const { email, organisation, base, target } = await accepted()
    const [admin] = await side.owner<{ id: string }[]>`
      SELECT person_id AS id FROM organisation_member WHERE organisation_id = ${organisation}`
    await side.owner`
      INSERT INTO portal.person (address) VALUES (${`other-${email}`})`
    await side.owner`
      INSERT INTO organisation_member (practice_id, organisation_id, person_id, address, role, joined_at)
      SELECT ${target.practiceId}, ${organisation}, id, address, 'business_admin', now() FROM portal.person
      WHERE address = ${`other-${email}`}`
    const browser = await signedIn(email)
    await browser.submit(`/home/${organisation}/users/${admin!.id}/remove`)
    expect((await browser.open(base)).status).toBe(404)
  })
})

describe('an invitation of somebody who has a sign-in', () => {
  const invitedToo = async (email: string, channel: 'email' | 'link' = 'email') => {
    const client = await side.invite({ email, name: 'Tidewater Physio Ltd' }, await side.createPractice())
    return { ...client, base: `/j/${await side.tokenFor(client, channel)}` }
  }

  test('asks to add the organisation; by mail the banks are there at once, and one person has two', async () => {
    const { email } = await accepted()
    const client = await invitedToo(email)
    const browser = browse(side.publicUrl)
    const page = await browser.open(client.base)
    expect(page.h1).toBe('Add Tidewater Physio Ltd to your sign-in?')
    expect(page.text).toContain(`You already sign in with ${email}.`)
    await browser.send(`${client.base}/bank`, { bank: 'ob-northgate' })
    expect((await side.row(client.id)).status).toBe('accepted')
    const people = await side.owner`SELECT DISTINCT person_id FROM organisation_member WHERE address = ${email}`
    expect(people).toHaveLength(1)
  })

  test('by a copied link has the sign-in first, and comes back to it', async () => {
    const { email } = await accepted()
    const client = await invitedToo(email, 'link')
    const browser = browse(side.publicUrl)
    const page = await browser.open(client.base)
    expect([page.h1, page.html.includes('name="bank"')]).toEqual(['Add Tidewater Physio Ltd to your sign-in?', false])
    await browser.send(`${client.base}/bank`, { bank: 'ob-northgate' })
    await browser.send(`${client.base}/accept`)
    expect((await side.row(client.id)).status).toBe('invited')

    expect((await browser.submit(`${client.base}/sign-in`)).h1).toBe('Check your email')
    const back = await browser.submit(`/s/${await signInLink(email)}`)
    expect(new URL(back.url).pathname).toBe(client.base)
    await browser.send(`${client.base}/bank`, { bank: 'ob-northgate' })
    expect((await side.row(client.id)).status).toBe('accepted')
  })

  test('opened by somebody else who is signed in names both, and accepts nothing', async () => {
    const mine = await accepted()
    const browser = await signedIn(mine.email)
    const client = await side.invite({ name: 'Stranger Ltd' })
    const base = `/j/${await side.tokenFor(client)}`
    const page = await browser.open(base)
    expect(page.h1).toBe('You’re signed in as someone else')
    expect(page.text).toContain(`This invitation is for ${client.email}. You’re signed in as ${mine.email}.`)
    for (const [form, fields] of [
      ['bank', { bank: 'ob-northgate' }],
      ['accept', {}],
    ] as const) {
      await browser.send(`${base}/${form}`, fields)
    }
    expect((await side.row(client.id)).status).toBe('invited')
    expect((await browser.submit(`${base}/sign-out`)).h1).toBe('Connect your bank for Stranger Ltd')
    expect((await browser.open('/home')).h1).toBe('Sign in')
  })

  test('for a number is nobody’s who signed in with an address', async () => {
    const browser = await signedIn((await accepted()).email)
    const client = await side.invite({ email: null, phone: '+447700905555', channels: ['sms'] })
    const page = await browser.open(`/j/${await side.tokenFor(client, 'sms')}`)
    expect(page.text).toContain('This invitation is for 07700 905555.')
  })

  test('is the ordinary two presses for whoever is signed in as the invited', async () => {
    const { email } = await accepted()
    const client = await invitedToo(email, 'link')
    const browser = await signedIn(email)
    await browser.send(`${client.base}/bank`, { bank: 'ob-northgate' })
    expect((await side.row(client.id)).status).toBe('accepted')
  })
})

describe('connecting from home', () => {
  test('the books under Integrations, though they are left to the practice: staff are told at once', async () => {
    const client = await accepted()
    const home = `/home/${client.organisation}`
    const browser = await signedIn(client.email)
    const staff = await side.owner.begin((tx) =>
      insertPerson(tx, { name: 'Rosa Marsh', email: `rosa.${client.email}`, passwordHash: 'none' }),
    )
    await side.owner`INSERT INTO membership (practice_id, user_id, role)
      VALUES (${client.target.practiceId}, ${staff}, 'practice_admin')`
    const page = await browser.open('/home')
    expect(page.text).toContain('Accounting software No accounting software is connected. Connect Xero')
    const integrations = await browser.open(`${home}/integrations`)
    expect(integrations.h1).toBe('Integrations')
    expect(integrations.text).toContain('Marsh & Lowe Accountants can do it too; once is enough. Connect Xero')
    const asked = await browser.submit(`${home}/integrations`, { ledger: 'xero' })
    expect(asked.h1).toBe('Connect Xero for Harbour Bakery Ltd')
    const consent = await browser.send(new URL(asked.url).pathname)
    const done = await browser.open(await atLedger(consent, { new_organisation: 'Harbour Bakery Ltd' }))
    expect(done.h1).toBe('Xero connected')
    const after = await browser.open(`${home}/integrations`)
    expect(after.text).toMatch(/Xero: Harbour Bakery Ltd Connected by Jo Carter on \d+ \w+ \d{4}\. Disconnect/)
    expect(after.text).toContain('You use Xero. Change')
    expect(after.text).not.toContain('Connect Xero')
    const notices = await side.owner`SELECT kind FROM notice WHERE person_id = ${staff}`
    expect(notices.map(({ kind }) => kind)).toContain('books_connected')
    // One that is lost can be connected again.
    const books = await side.lose(client, 'books', 'ended')
    expect((await browser.open(`${home}/integrations`)).text).toContain('Connect Xero')
    await recoverConnection(side.deps.commands, client.target.practiceId, books)
    // Disconnecting asks first, and brings the tiles back.
    const stop = after.html.match(/href="([^"]+\/stop\/[^"]+)"/)?.[1] ?? ''
    await browser.submit(`${home}/stop`, { connection: stop.split('/').at(-1)! })
    expect((await browser.open(`${home}/integrations`)).text).toContain('Connect Xero')
  })

  test('the books is said to be the practice’s where it wants that, and nobody else’s', async () => {
    const practice = await side.createPractice({ clients_connect_books: 'false' })
    const client = await accepted({}, practice)
    const home = `/home/${client.organisation}`
    const browser = await signedIn(client.email)
    expect((await browser.open('/home')).text).not.toContain('Connect Xero')
    const page = await browser.open(`${home}/integrations`)
    expect(page.text).toContain('Marsh & Lowe Accountants connects it for you.')
    expect(page.text).not.toContain('Connect Xero')
    expect((await browser.submit(`${home}/integrations`, { ledger: 'xero' })).h1).toBe('Integrations')
    expect(await side.owner`SELECT FROM auth_session WHERE onboarding_id = ${client.id} AND step = 'books'`).toEqual([])
  })

  test('the software that the client uses comes first, and unknown software starts nothing', async () => {
    const client = await accepted()
    const { deps } = side
    const { ledgers } = deps
    const another = { ...ledgers.first, name: 'sage', label: 'Sage' }
    deps.ledgers = connectors(ledgers.first, another)
    try {
      await side.owner`UPDATE organisation SET software = 'sage' WHERE id = ${client.organisation}`
      const home = `/home/${client.organisation}`
      const browser = await signedIn(client.email)
      expect((await browser.open(`${home}/integrations`)).text).toContain('Connect Sage Connect Xero')
      expect((await browser.submit(`${home}/integrations`, { ledger: 'plum' })).h1).toBe('Integrations')
    } finally {
      deps.ledgers = ledgers
    }
  })

  test('a bank again, after it was stopped', async () => {
    const client = await accepted()
    const browser = await signedIn(client.email)
    const stop = (await browser.open('/home')).html.match(/href="([^"]+\/stop\/[^"]+)"/)?.[1]
    expect((await browser.open('/home')).text).not.toContain('Connect a bank')
    await browser.submit(`/home/${client.organisation}/stop`, { connection: stop!.split('/').at(-1)! })
    expect((await browser.open('/home')).text).toContain('No bank is connected. Connect a bank')
    expect((await browser.submit(`/home/${client.organisation}/connect`)).h1).toBe(
      'Carry on: connect your bank for Harbour Bakery Ltd',
    )
  })

  test('another bank, also long after completion when the link has ended', async () => {
    const client = await accepted({ steps: { books: 'skip' } })
    const system = { type: 'system', id: null } as const
    await execute(side.deps.commands, client.target, { actor: system, command: { do: 'complete' } })
    await side.shift(client, 40 * DAY_MS)
    expect((await browse(side.publicUrl).open(client.base)).h1).toBe('This link has ended')
    const browser = await signedIn(client.email)
    expect((await browser.open('/home')).text).toContain('Add another bank')
    const page = await browser.submit(`/home/${client.organisation}/connect`)
    expect(page.h1).toBe('Add another bank for Harbour Bakery Ltd')
  })

  test('is offered to whom the invitation was for, and nobody else is sent its link', async () => {
    const client = await accepted()
    const sam = address()
    await side.owner`
      WITH person AS (INSERT INTO portal.person (address) VALUES (${sam}) RETURNING id)
      INSERT INTO organisation_member (practice_id, organisation_id, person_id, address, role, joined_at)
      SELECT g.practice_id, g.id, person.id, ${sam}, 'member', now() FROM organisation g, person WHERE g.id = ${client.organisation}`
    const browser = await signedIn(sam)
    expect((await browser.open('/home')).text).not.toContain('Connect Xero')
    const home = `/home/${client.organisation}`
    const integrations = await browser.open(`${home}/integrations`)
    expect(integrations.text).toContain('Only Jo Carter can connect software.')
    expect(integrations.text).not.toContain('Users')
    for (const form of ['connect', 'integrations']) {
      const page = await browser.submit(`${home}/${form}`, { ledger: 'xero' })
      expect([page.h1, new URL(page.url).pathname]).toEqual(['What you share', home])
    }
  })
})

test('a link whose time is over leads to a sign-in', async () => {
  const client = await accepted({ steps: { books: 'skip' } })
  await execute(side.deps.commands, client.target, { actor: { type: 'system', id: null }, command: { do: 'complete' } })
  await side.shift(client, 40 * DAY_MS)
  const browser = browse(side.publicUrl)
  const page = await browser.open(client.base)
  expect([page.h1, page.text.includes('Email me a sign-in link')]).toEqual(['This link has ended', true])
  await browser.submit(`${client.base}/sign-in`)
  expect((await browser.submit(`/s/${await signInLink(client.email)}`)).h1).toBe('What you share')
})
