import { describe, expect, test } from 'vitest'
import { chooseOrganisation } from '../../../../commands/connections/ledgers/ledgerChoice.ts'
import { HOUR_MS } from '../../../../domain/situation.ts'
import { atLedger, browse } from '../clientHarness.ts'
import { UNRECORDED, useTrips } from './trips.ts'

const { atTheLedger, connections, heldByLedger, cancel, sessionOf, side } = useTrips()
const staff = { type: 'api_key', id: null } as const

describe('a return from the ledger', () => {
  const organisation = (name: string) =>
    side.sandbox.control<{ tenantId: string }>('xero/organisations', {
      name,
      bankAccounts: [{ name: 'Current', number: '20000012345678' }],
    })

  test('a second one changes nothing', async () => {
    const { client, browser, consent } = await atTheLedger()
    const back = await atLedger(consent, { new_organisation: 'Harbour Bakery Ltd' })
    expect((await browser.open(back)).h1).toBe('Xero connected')
    const before = await side.everything(UNRECORDED)
    expect((await browser.open(back)).h1).toBe('Xero connected')
    expect((await browse(side.publicUrl).open(back)).h1).toBe('You can close this page')
    expect(await side.everything(UNRECORDED)).toEqual(before)
    expect((await connections(client.id)).length).toBe(1)
  })

  test('from another browser stores nothing before the person says yes', async () => {
    const { client, consent } = await atTheLedger()
    const back = await atLedger(consent, { new_organisation: 'Harbour Bakery Ltd' })
    const before = await side.everything(UNRECORDED)
    const phone = browse(side.publicUrl)
    expect((await phone.open(back)).h1).toBe('Connect to Harbour Bakery Ltd?')
    expect(await side.everything(UNRECORDED)).toEqual(before)
    const { id } = await sessionOf(client.id)
    const page = await phone.submit(`/connect/${id}/confirm`, { answer: 'yes' })
    expect([page.h1, (await connections(client.id)).length]).toEqual(['Xero connected', 1])
  })

  test('an answer for the session of somebody else is worth nothing', async () => {
    const mine = await atTheLedger()
    const other = await atTheLedger()
    const back = await atLedger(mine.consent, { new_organisation: 'Harbour Bakery Ltd' })
    const phone = browse(side.publicUrl)
    await phone.open(back)
    const { id } = await sessionOf(other.client.id)
    expect((await phone.submit(`/connect/${id}/confirm`, { answer: 'yes' })).h1).toBe('You can close this page')
    expect(await connections(other.client.id)).toEqual([])
    expect(await connections(mine.client.id)).toEqual([])
  })

  test('after cancel stores nothing, and ends at the ledger what was just allowed', async () => {
    const { client, browser, consent } = await atTheLedger('Cancelled Bakery Ltd')
    const { tenantId } = await organisation('Cancelled Bakery Ltd')
    const back = await atLedger(consent, { organisation: tenantId })
    await cancel(client)
    const page = await browser.open(back)
    expect([page.status, page.h1]).toEqual([410, 'Marsh & Lowe Accountants has withdrawn this invitation'])
    expect(await connections(client.id)).toEqual([])
    expect(await heldByLedger()).not.toContain(tenantId)
  })

  test('a client who stops at the ledger reads so, and a colleague can go on', async () => {
    const { client, browser, consent } = await atTheLedger()
    const stopped = await browser.open(await atLedger(consent, {}, 'cancel'))
    expect(stopped.h1).toBe('You stopped before finishing')
    const { id } = await sessionOf(client.id)
    const colleague = browse(side.publicUrl)
    const again = await colleague.send(`/connect/${id}`)
    expect((await colleague.open(await atLedger(again, { new_organisation: 'Harbour Bakery Ltd' }))).h1).toBe(
      'Xero connected',
    )
  })

  test('a late return says so, keeps nothing, and can be started again', async () => {
    const { client, browser, consent } = await atTheLedger()
    const back = await atLedger(consent, { new_organisation: 'Harbour Bakery Ltd' })
    await side.shift(client, HOUR_MS)
    const late = await browser.open(back)
    expect([late.status, late.h1]).toEqual([200, 'That took too long'])
    expect(late.text).toContain('Start again at Xero')
    expect(await connections(client.id)).toEqual([])
    const again = await browser.send(new URL(late.url).pathname)
    expect((await browser.open(await atLedger(again, { new_organisation: 'Harbour Bakery Ltd' }))).h1).toBe(
      'Xero connected',
    )
  })

  test('a sign-in that reaches several asks which one', async () => {
    const { client, browser, consent } = await atTheLedger()
    const [first, second] = [await organisation('Harbour Bakery Ltd'), await organisation('Quay Holdings Ltd')]
    const asked = await browser.open(await atLedger(consent, { organisation: [first.tenantId, second.tenantId] }))
    expect(asked.h1).toBe('Which one is Harbour Bakery Ltd?')
    const { id } = await sessionOf(client.id)
    // Another browser can neither see the reached organisations nor choose one.
    expect((await browse(side.publicUrl).open(`/connect/${id}`)).html).not.toContain('Quay Holdings')
    await browse(side.publicUrl).submit(`/connect/${id}/organisation`, { organisation: first.tenantId })
    expect(await connections(client.id)).toEqual([])

    const wrong = await browser.submit(`/connect/${id}/organisation`, { organisation: second.tenantId })
    expect(wrong.h1).toBe('That looks like a different business')
    expect(await connections(client.id)).toEqual([])
    const again = await browser.submit(`/connect/${id}`)
    expect(again.h1).toBe('Which one is Harbour Bakery Ltd?')
    expect((await browser.submit(`/connect/${id}/organisation`, { organisation: first.tenantId })).h1).toBe(
      'Xero connected',
    )
    expect((await connections(client.id))[0]?.tenant_id).toBe(first.tenantId)
  })

  test('another name is asked about, and whether it is the same business is left to the practice', async () => {
    const { client, browser, consent } = await atTheLedger()
    const wrong = await browser.open(await atLedger(consent, { new_organisation: 'Quay Ventures Ltd' }))
    expect(wrong.h1).toBe('That looks like a different business')
    const { id } = await sessionOf(client.id)
    const left = await browser.submit(`/connect/${id}/same-business`)
    expect(left.h1).toBe('Marsh & Lowe Accountants is checking')
    expect(left.text).toContain('You said “Quay Ventures Ltd” is the same business.')
    // A repeated report counts once; nothing is connected before the practice has checked.
    await browser.submit(`/connect/${id}/same-business`)
    expect(await connections(client.id)).toEqual([])
    expect((await side.events(client.id)).filter(({ data }) => data.about === 'same_business')).toHaveLength(1)
    expect(await side.owner`SELECT text FROM told WHERE onboarding_id = ${client.id}`).toMatchObject([
      { text: 'Quay Ventures Ltd' },
    ])
    const [{ blocked_by, move } = {}] =
      await side.owner`SELECT blocked_by, move FROM onboarding WHERE id = ${client.id}`
    expect([blocked_by, move]).toEqual(['wrong_org', 'practice'])

    const { deps } = side
    const [session] = await side.owner<{ id: string }[]>`SELECT id FROM auth_session WHERE onboarding_id = ${client.id}`
    const { tenantId } = (
      await side.sandbox.control<{ connections: { tenantId: string; tenantName: string }[] }>('xero/connections')
    ).connections.find(({ tenantName }) => tenantName === 'Quay Ventures Ltd')!
    await chooseOrganisation(deps.commands, deps, client.target, session!.id, tenantId, true, staff)
    expect((await browser.open(`/connect/${id}`)).h1).toBe('Xero connected')
  })

  test('choosing again after the only one signs in again and leaves nothing behind', async () => {
    const { client, browser, consent } = await atTheLedger()
    const { tenantId } = await organisation('Wrong Bakery Holdings')
    await browser.open(await atLedger(consent, { organisation: tenantId }))
    const { id } = await sessionOf(client.id)
    const consentAgain = await browser.send(`/connect/${id}`)
    expect(consentAgain).toContain('/xero/login/')
    expect(await heldByLedger()).not.toContain(tenantId)
    expect((await browser.open(await atLedger(consentAgain, { new_organisation: 'Harbour Bakery Ltd' }))).h1).toBe(
      'Xero connected',
    )
  })

  test('an organisation of another client is refused by its name, and the practice can be told', async () => {
    const { tenantId } = await organisation('Twice Ltd')
    const first = await atTheLedger('Twice Ltd')
    expect((await first.browser.open(await atLedger(first.consent, { organisation: tenantId }))).h1).toBe(
      'Xero connected',
    )
    const second = await atTheLedger('Twice Ltd')
    const page = await second.browser.open(await atLedger(second.consent, { organisation: tenantId }))
    expect(page.h1).toBe('“Twice Ltd” is already connected')
    const told = await second.browser.submit(`${second.base}/tell`, { about: 'already_linked' })
    expect(told.h1).toBe('Thank you')
  })

  test('cancelling one client leaves another, connected through the same ledger sign-in, working', async () => {
    const one = await atTheLedger('First Bakery Ltd')
    const other = await atTheLedger('Second Bakery Ltd')
    const [a, b] = [await organisation('First Bakery Ltd'), await organisation('Second Bakery Ltd')]
    await one.browser.open(await atLedger(one.consent, { organisation: a.tenantId }))
    // The other's sign-in reaches both organisations, by the same person.
    await other.browser.open(await atLedger(other.consent, { organisation: [a.tenantId, b.tenantId] }))
    const { id } = await sessionOf(other.client.id)
    expect((await other.browser.open(`/connect/${id}`)).h1).toBe('Which one is Second Bakery Ltd?')
    await cancel(other.client)
    const { endUnusedGrants } = await import('../../../../commands/connections/endGrants.ts')
    await endUnusedGrants(side.deps.db, side.deps, other.client.target)
    const held = await heldByLedger()
    expect([held.includes(a.tenantId), held.includes(b.tenantId)]).toEqual([true, false])
    expect((await connections(one.client.id)).map((row) => row.state)).toEqual(['connected'])
  })
})
