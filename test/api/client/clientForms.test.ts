import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { execute } from '../../../commands/execute.ts'
import { invite } from '../../../commands/invitations/invite.ts'
import { DAY_MS, MINUTE_MS } from '../../../domain/situation.ts'
import { forFile } from '../../forFile.ts'
import { atBank, atLedger, browse, type NewClient, startClientSide } from './clientHarness.ts'

const side = forFile(startClientSide)

const staff = { type: 'api_key', id: null } as const
let phones = 0
const newPhone = () => `+4477009${String(10_000 + phones++)}`

async function invited(given: NewClient = {}) {
  const client = await side.invite(given)
  return { client, base: `/j/${await side.tokenFor(client)}`, browser: browse(side.publicUrl) }
}
async function connected(given: NewClient = {}) {
  const one = await invited(given)
  await one.browser.open(await atBank(await one.browser.send(`${one.base}/bank`, { bank: 'ob-northgate' })))
  return one
}
const kindsOf = async (id: string) => (await side.events(id)).map((event) => event.kind)
const messagesOf = (id: string) => side.owner<
  { purpose: string; channel: string; generation: number; state: string }[]
>`
  SELECT purpose, channel, generation, state FROM message WHERE onboarding_id = ${id} ORDER BY id`
const toldOf = (id: string) => side.owner<
  { about: string; text: string | null; name: string | null; email: string | null }[]
>`
  SELECT about, text, name, email FROM told WHERE onboarding_id = ${id} ORDER BY at`

describe('saying no', () => {
  test('it is recorded once, with the reason beside the log, and the practice is told', async () => {
    const { client, base, browser } = await invited()
    expect((await browser.open(`${base}/decline`)).h1).toBe('Would you rather not share your bank?')
    const thanks = await browser.submit(`${base}/decline`, { reason: 'We changed accountants' })
    expect([thanks.status, thanks.h1]).toEqual([200, 'Thank you'])
    expect(await side.row(client.id)).toMatchObject({
      status: 'declined',
      decline_reason: 'no_wish',
      decline_note: 'We changed accountants',
    })
    const page = await browser.open(base)
    expect([page.status, page.h1]).toEqual([410, 'You said no to this invitation'])
    expect(page.text).toContain('We changed accountants')
    expect(JSON.stringify(await side.events(client.id))).not.toContain('changed accountants')
    expect((await messagesOf(client.id)).map((one) => one.purpose)).toContain('staff_declined')
    await browser.submit(`${base}/decline`, { reason: 'again' })
    expect((await kindsOf(client.id)).filter((kind) => kind === 'declined').length).toBe(1)
  })

  test('not their company', async () => {
    const { client, base, browser } = await invited()
    expect((await browser.open(`${base}/wrong-company`)).h1).toBe('Not your company?')
    const thanks = await browser.submit(`${base}/tell`, { about: 'not_my_company', text: 'Sold last year' })
    expect(thanks.text).toContain('We won’t write to you about Harbour Bakery Ltd again')
    expect(await side.row(client.id)).toMatchObject({
      status: 'declined',
      decline_reason: 'not_my_company',
      decline_note: 'Sold last year',
    })
  })

  test('not the right person, who names another', async () => {
    const { client, base, browser } = await invited()
    expect((await browser.open(`${base}/wrong-person`)).h1).toBe('Who should this go to?')
    await browser.submit(`${base}/tell`, {
      about: 'not_the_right_person',
      name: 'Sam Reed',
      email: 'sam@harbour.example',
    })
    expect(await side.row(client.id)).toMatchObject({
      decline_reason: 'not_the_right_person',
      decline_note: 'Sam Reed, sam@harbour.example',
    })
    expect((await browser.open(base)).text).not.toContain('Sam Reed')
  })

  test('after accepting it is told, and nobody is reminded to share', async () => {
    const { client, base, browser } = await invited()
    await browser.send(`${base}/accept`)
    expect((await browser.open(`${base}/decline`)).html).toContain(`action="${base}/tell"`)
    const thanks = await browser.submit(`${base}/tell`, { about: 'no_wish_to_share', text: 'Rather not' })
    expect(thanks.h1).toBe('Thank you')
    expect((await side.row(client.id)).status).toBe('accepted')
    expect(await side.step(client.id, 'bank')).toMatchObject({ reason: 'stopped' })
    expect(await toldOf(client.id)).toEqual([
      { about: 'no_wish_to_share', text: 'Rather not', name: null, email: null },
    ])
  })

  test('after accepting, somebody who is not the right person is told what happens, and is not reminded', async () => {
    const { client, base, browser } = await invited()
    await browser.send(`${base}/accept`)
    const said = { about: 'not_the_right_person', name: 'Sam Reed', email: 'sam@harbour.example' }
    const thanks = await browser.submit(`${base}/tell`, said)
    expect(thanks.text).toContain('Marsh & Lowe Accountants has been told. We won’t remind you.')
    expect(thanks.text).not.toContain('no longer works')
    expect(await side.step(client.id, 'bank')).toMatchObject({ reason: 'stopped' })
    expect(await toldOf(client.id)).toEqual([{ ...said, text: null }])
    // They are not asked to carry on; their link still works in case they change their mind.
    const again = await browser.open(base)
    expect([again.h1, again.text.includes('Connect your bank after all')]).toEqual(['Thank you', true])
    expect((await browser.open(`${base}?choose=1`)).h1).toBe('Carry on: connect your bank for Harbour Bakery Ltd')
  })

  test('too late, it leads to the page that says how things stand', async () => {
    const { client, base, browser } = await invited({ phone: newPhone(), channels: ['email', 'sms'] })
    const other = `/j/${await side.tokenFor(client, 'sms')}`
    await browser.send(`${base}/accept`)
    const page = await browser.submit(`${other}/decline`, { reason: '' })
    expect([page.status, page.h1]).toEqual([409, 'You’ve already accepted'])
    expect((await side.row(client.id)).status).toBe('accepted')
  })
})

describe('saying no while something is shared', () => {
  const ways = [
    ['decline', 'decline', { reason: 'Rather not' }],
    ['not my company', 'wrong-company', { about: 'not_my_company', text: '' }],
    ['wrong person', 'wrong-person', { about: 'not_the_right_person', name: 'Sam Reed' }],
  ] as const

  test.each(ways)('%s says that it is still shared, and leads to stop', async (_name, path, fields) => {
    const { client, base, browser } = await connected()
    const page = await browser.open(`${base}/${path}`)
    expect(page.h1).toBe('You are already sharing Northgate Bank')
    expect(page.text).toContain('Telling them doesn’t stop that; stopping does.')
    expect(page.text).toMatch(/••••\d{4}, \d\d-\d\d-\d\d/)
    // The form as shown before the bank was connected: sent at that moment, it reports nothing.
    const late = await browser.submit(`${base}/${path === 'decline' ? 'decline' : 'tell'}`, fields)
    expect(late.h1).toBe('You are already sharing Northgate Bank')
    expect(await toldOf(client.id)).toEqual([])
    const [, about] = page.html.match(/name="about" value="(\w+)"/) ?? []
    const told = await browser.submit(`${base}/tell`, { about: about!, only: '1' })
    expect([told.h1, told.text.includes('Nothing is shared')]).toEqual(['Thank you', false])
    expect(told.text).toContain('Northgate Bank is still shared')
    expect(told.html).toContain(`href="${base}/stop"`)
    expect((await toldOf(client.id)).map((one) => one.about)).toEqual([about])
    expect(await side.step(client.id, 'bank')).toMatchObject({ done_at: expect.any(Date) })
    const connection = page.html.match(/name="connection" value="([^"]+)"/)?.[1]
    expect((await browser.submit(`${base}/stop`, { connection: connection! })).h1).toBe(
      'Northgate Bank is no longer shared',
    )
    expect((await browser.open(`${base}/${path}`)).h1).not.toContain('already sharing')
  })
})

describe('telling the practice', () => {
  test('that a withdrawal is a mistake', async () => {
    const { client, base, browser } = await invited()
    const command = { do: 'cancel', requestId: randomUUID() } as const
    await execute(side.deps.commands, client.target, { actor: staff, command })
    expect((await browser.open(base)).html).toContain('value="mistake"')
    expect((await browser.submit(`${base}/tell`, { about: 'mistake' })).h1).toBe('Thank you')
    expect((await toldOf(client.id)).map((one) => one.about)).toEqual(['mistake'])
    expect((await side.row(client.id)).status).toBe('cancelled')
  })

  test('that a link is needed, where there is no address to send one to', async () => {
    const { client, base, browser } = await invited({ email: null, phone: null, channels: ['link'] })
    expect(client.email).toBe('')
    const copied = `/j/${await side.tokenFor(client, 'link')}`
    await browser.send(`${copied}/accept`)
    const page = await browser.open(base)
    expect([page.status, page.text.includes('Ask Marsh & Lowe Accountants for a link')]).toEqual([409, true])
    await browser.submit(`${base}/tell`, { about: 'needs_link' })
    expect((await toldOf(client.id)).map((one) => one.about)).toEqual(['needs_link'])
  })

  test('the same twice is told once, and only so much in a day', async () => {
    const { client, base, browser } = await invited()
    for (let n = 0; n < 2; n++) await browser.submit(`${base}/tell`, { about: 'which_bank', text: 'Bank of Mars' })
    expect((await toldOf(client.id)).length).toBe(1)
    for (let n = 0; n < 15; n++) {
      expect((await browser.submit(`${base}/tell`, { about: 'which_bank', text: `Bank ${n}` })).h1).toBe('Thank you')
    }
    expect((await toldOf(client.id)).length).toBe(10)
  })

  test('a closed invitation: ask to open it again', async () => {
    const { client, base, browser } = await invited()
    await side.shift(client, 7 * DAY_MS + 1)
    await execute(side.deps.commands, client.target, { actor: staff, command: { do: 'expire' } })
    await side.shift(client, 91 * DAY_MS)
    await execute(side.deps.commands, client.target, { actor: staff, command: { do: 'give_up' } })
    const closed = await browser.open(base)
    expect([closed.status, closed.h1]).toEqual([410, 'This invitation is closed'])
    expect((await browser.submit(`${base}/tell`, { about: 'open_again' })).h1).toBe('Thank you')
    expect(await toldOf(client.id)).toEqual([{ about: 'open_again', text: null, name: null, email: null }])
  })
})

describe('a new link', () => {
  const asked = 'Check your email or texts'

  test('from an expired page to the same addresses; the old links are off', async () => {
    const { client, base, browser } = await invited({ phone: newPhone(), channels: ['email', 'sms'] })
    await side.shift(client, 7 * DAY_MS + 1)
    expect((await browser.open(base)).h1).toBe('This link has expired')
    expect((await browser.submit(`${base}/new-link`)).h1).toBe(asked)
    expect(await side.row(client.id)).toMatchObject({ status: 'invited', generation: 2 })
    const sent = (await messagesOf(client.id)).filter((one) => one.generation === 2)
    expect(sent.map((one) => [one.purpose, one.channel]).sort()).toEqual([
      ['new_link', 'email'],
      ['new_link', 'sms'],
    ])
    const old = await browser.open(base)
    expect([old.status, old.h1]).toEqual([410, 'There is a newer link'])
    expect(old.text).not.toContain(client.email)
  })

  test('asked too soon or too often it is the same page, and nothing is sent', async () => {
    const { client, base, browser } = await invited()
    await side.shift(client, 7 * DAY_MS + 1)
    await side.owner`UPDATE message SET state = 'sent' WHERE onboarding_id = ${client.id}`
    for (let n = 0; n < 3; n++) expect((await browser.submit(`${base}/new-link`)).h1).toBe(asked)
    expect((await side.row(client.id)).generation).toBe(2)
    for (let n = 0; n < 8; n++) {
      await side.owner`UPDATE message SET state = 'sent' WHERE onboarding_id = ${client.id}`
      await side.shift(client, MINUTE_MS)
      expect((await browser.submit(`${base}/new-link`)).h1).toBe(asked)
    }
    // Five messages to one address in a day, the first invitation included.
    expect((await side.row(client.id)).generation).toBe(5)
  })

  test('after accepting elsewhere: a link to carry on, to the same address', async () => {
    const { client, base, browser } = await invited({ phone: newPhone(), channels: ['email', 'sms'] })
    const other = `/j/${await side.tokenFor(client, 'sms')}`
    await browser.send(`${base}/accept`)
    await side.shift(client, MINUTE_MS)
    expect((await browser.submit(`${other}/new-link`)).h1).toBe(asked)
    expect((await messagesOf(client.id)).at(-1)).toMatchObject({ purpose: 'continue_link', channel: 'email' })
  })

  test('a withdrawn invitation sends nothing', async () => {
    const { client, base, browser } = await invited()
    await execute(side.deps.commands, client.target, {
      actor: staff,
      command: { do: 'cancel', requestId: randomUUID() },
    })
    await side.shift(client, MINUTE_MS)
    const before = (await messagesOf(client.id)).length
    expect((await browser.submit(`${base}/new-link`)).h1).toBe(asked)
    expect((await messagesOf(client.id)).length).toBe(before)
  })

  test('an older link’s holder cannot reopen what the newer one’s declined', async () => {
    const { client, base, browser } = await invited()
    await side.shift(client, MINUTE_MS)
    await invite(side.deps.commands, client.target, staff, randomUUID(), { email: 'sam@harbour.example' })
    await browser.submit(`/j/${await side.tokenFor(client)}/decline`, { reason: '' })
    await side.shift(client, MINUTE_MS)
    expect((await browser.submit(`${base}/new-link`)).h1).toBe(asked)
    expect((await side.row(client.id)).status).toBe('declined')
  })
})

describe('texts', () => {
  test('are stopped from the page that came in one, for every invitation of the practice', async () => {
    const phone = newPhone()
    const { client, browser } = await invited({ phone, channels: ['email', 'sms'] })
    const texted = `/j/${await side.tokenFor(client, 'sms')}`
    expect((await browser.open(texted)).text).toContain('Stop texts to this number')
    const page = await browser.submit(`${texted}/stop-texts`)
    expect([page.h1, page.text.includes('Email still works')]).toEqual(['No more texts', true])
    expect((await browser.open(texted)).text).not.toContain('Stop texts')
    await browser.submit(`${texted}/stop-texts`)
    expect((await kindsOf(client.id)).filter((kind) => kind === 'texts_stopped').length).toBe(1)
    await side.shift(client, MINUTE_MS)
    await invite(side.deps.commands, client.target, staff, randomUUID(), {})
    expect((await messagesOf(client.id)).filter((one) => one.generation === 2).map((one) => one.channel)).toEqual([
      'email',
    ])
  })

  test('from a mail there is nothing to stop', async () => {
    const { client, base, browser } = await invited({ phone: newPhone(), channels: ['email', 'sms'] })
    expect((await browser.submit(`${base}/stop-texts`)).h1).toBe('Connect your bank for Harbour Bakery Ltd')
    expect(await kindsOf(client.id)).not.toContain('texts_stopped')
  })
})

describe('stopping to share', () => {
  test('the bank: at once, the step is lost, the practice is told', async () => {
    const { client, base, browser } = await connected()
    const page = await browser.open(base)
    expect(page.html).toContain(`href="${base}/stop"`)
    const list = await browser.open(`${base}/stop`)
    expect(list.h1).toBe('What you share')
    const path = list.html.match(/href="([^"]+\/stop\/[^"]+)"/)?.[1]
    const asking = await browser.open(path!)
    expect(asking.h1).toBe('Stop sharing Northgate Bank with Marsh & Lowe Accountants?')
    const connection = path!.split('/').at(-1)!
    const stopped = await browser.submit(`${base}/stop`, { connection })
    expect(stopped.h1).toBe('Northgate Bank is no longer shared')
    expect(stopped.text).toContain('Your bank’s app may still list TrueLayer')
    expect(await side.step(client.id, 'bank')).toMatchObject({ done_at: null, phase: 'lost', reason: 'stopped' })
    expect(await toldOf(client.id)).toEqual([
      { about: 'stopped_sharing', text: 'Northgate Bank', name: null, email: null },
    ])
    await browser.submit(`${base}/stop`, { connection })
    expect((await kindsOf(client.id)).filter((kind) => kind === 'disconnected').length).toBe(1)
    // A client who stopped sees that, and is not asked to carry on.
    const again = await browser.open(base)
    expect(again.h1).toBe('You stopped sharing Northgate Bank')
    expect(again.text).toContain('Marsh & Lowe Accountants gets nothing new and has been told.')
    expect(again.text).not.toContain('Carry on')
    expect((await browser.open(`${base}?choose=1`)).h1).toBe('Carry on: connect your bank for Harbour Bakery Ltd')
  })

  test('of a completed onboarding: the connection ends, the completion stands', async () => {
    const { client, base, browser } = await connected()
    for (const step of ['books', 'mapping'] as const) {
      const command = { do: 'skip_step', requestId: randomUUID(), step, reason: 'not_needed' } as const
      await execute(side.deps.commands, client.target, { actor: staff, command })
    }
    await execute(side.deps.commands, client.target, { actor: staff, command: { do: 'complete' } })
    const done = await browser.open(base)
    expect([done.h1, done.html.includes(`href="${base}/stop"`)]).toEqual(['All done', true])
    const [connection] = await side.owner<
      { id: string }[]
    >`SELECT id FROM connection WHERE onboarding_id = ${client.id}`
    await browser.submit(`${base}/stop`, { connection: connection!.id })
    expect((await side.row(client.id)).status).toBe('completed')
    const [ended] = await side.owner<
      { state: string }[]
    >`SELECT state FROM connection WHERE onboarding_id = ${client.id}`
    expect(ended?.state).toBe('disconnected')
    expect((await browser.open(base)).h1).toBe('You stopped sharing Northgate Bank')
  })

  test('the books: this organisation alone is ended at the ledger, and no token is kept', async () => {
    const { client, base, browser } = await connected({ name: 'Stopping Ltd', steps: { books: 'client' } })
    const organisation = { name: 'Stopping Ltd', bankAccounts: [{ name: 'Current', number: '20000012345678' }] }
    const { tenantId } = await side.sandbox.control<{ tenantId: string }>('xero/organisations', organisation)
    const beside = await side.sandbox.control<{ tenantId: string }>('xero/organisations', {
      ...organisation,
      name: 'Beside Ltd',
    })
    const back = await atLedger(await browser.send(`${base}/books`, { ledger: 'xero' }), {
      organisation: [tenantId, beside.tenantId],
    })
    const choosing = await browser.open(back)
    expect(
      (await browser.submit(`${new URL(choosing.url).pathname}/organisation`, { organisation: tenantId })).h1,
    ).toBe('Xero connected')
    const [books] = await side.owner<
      { id: string }[]
    >`SELECT id FROM connection WHERE onboarding_id = ${client.id} AND kind = 'books'`
    const page = await browser.submit(`${base}/stop`, { connection: books!.id })
    expect(page.h1).toBe('Xero is no longer shared')
    const { connections } = await side.sandbox.control<{ connections: { tenantId: string }[] }>('xero/connections')
    const held = connections.map((one) => one.tenantId)
    expect([held.includes(tenantId), held.includes(beside.tenantId)]).toEqual([false, true])
    const [ended] = await side.owner<
      { sign_in_id: string | null }[]
    >`SELECT sign_in_id FROM connection WHERE id = ${books!.id}`
    expect(ended?.sign_in_id).toBe(null)
  })

  test('is nobody else’s to do', async () => {
    const { client } = await connected({ phone: newPhone(), channels: ['email', 'sms'] })
    const [connection] = await side.owner<
      { id: string }[]
    >`SELECT id FROM connection WHERE onboarding_id = ${client.id}`
    const stranger = await connected()
    await stranger.browser.submit(`${stranger.base}/stop`, { connection: connection!.id })
    const [still] = await side.owner<{ state: string }[]>`SELECT state FROM connection WHERE id = ${connection!.id}`
    expect(still?.state).toBe('connected')
  })

  test('after a cancellation, which stops nothing at the bank', async () => {
    const { client, base, browser } = await connected()
    await execute(side.deps.commands, client.target, {
      actor: staff,
      command: { do: 'cancel', requestId: randomUUID() },
    })
    await side.shift(client, MINUTE_MS)
    await execute(side.deps.commands, client.target, { actor: staff, command: { do: 'clean_up' } })
    const page = await browser.open(base)
    expect([page.status, page.text.includes('Northgate Bank is still connected')]).toEqual([410, true])
    const [connection] = await side.owner<
      { id: string }[]
    >`SELECT id FROM connection WHERE onboarding_id = ${client.id}`
    expect((await browser.submit(`${base}/stop`, { connection: connection!.id })).h1).toBe(
      'Northgate Bank is no longer shared',
    )
    expect((await browser.open(base)).text).toContain('No bank data is being read')
  })
})
