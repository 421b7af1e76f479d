import { describe, expect, test } from 'vitest'
import { pollBank, returnFromBank } from '../../../commands/connections/banks/bankSession.ts'
import { openSession } from '../../../commands/connections/sessions.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import type { BankAccess } from '../../../providers/bank/bank.ts'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { atBank, browse, startClientSide } from './clientHarness.ts'

const side = forFile(startClientSide)

const QUESTION = 'Connect to Harbour Bakery Ltd?'

/** Returns a client who accepted and left for the bank, in a browser of their own. */
async function setOut() {
  const client = await side.invite({ steps: { books: 'skip' } })
  const base = `/j/${await side.tokenFor(client)}`
  const browser = browse(side.publicUrl)
  const hosted = await browser.send(`${base}/bank`, { bank: 'ob-northgate' })
  const { id } = await sessionOf(client.id)
  return { client, base, browser, hosted, id, page: `/connect/${id}` }
}
type Trip = Awaited<ReturnType<typeof setOut>>

/** Approves at the bank in any browser without returning `back`; a poll finds the approval. */
async function approvedUnseen() {
  const trip = await setOut()
  const back = await atBank(trip.hosted)
  expect(await poll(trip)).toMatchObject({ is: 'unconfirmed' })
  return { ...trip, back }
}

const poll = ({ client, id }: Pick<Trip, 'client' | 'id'>, deps = side.deps) =>
  pollBank(side.deps.commands, deps, client.target, id)
const say = (answer: 'yes' | 'no') => ({ answer })

const sessionOf = async (onboardingId: string) => {
  const [row] = await side.owner<
    { id: string; status: string; failure: string | null; came_back: string | null; external_id: string | null }[]
  >`SELECT * FROM auth_session WHERE onboarding_id = ${onboardingId} ORDER BY created_at DESC LIMIT 1`
  return row!
}
/** Counts the stored connections and accounts of a bank. */
const storedOf = async ({ client }: Trip) => {
  const [row] = await side.owner<{ n: number }[]>`
    SELECT count(*)::int AS n FROM connection c LEFT JOIN connection_account a ON a.connection_id = c.id
    WHERE c.onboarding_id = ${client.id}`
  return row!.n
}
const blocked = async ({ client }: Trip) => {
  const [row] = await side.owner<{ blocked_by: string; move: string }[]>`
    SELECT blocked_by, move FROM onboarding WHERE id = ${client.id}`
  return [row!.blocked_by, row!.move]
}

describe('a window that was closed', () => {
  test('after the approval is noticed when the link is opened again, and connected by one press', async () => {
    const trip = await setOut()
    await atBank(trip.hosted)
    const left = await trip.browser.open(trip.base)
    expect([left.status, left.h1]).toEqual([200, 'Did you approve at Northgate Bank?'])
    expect(left.text).toMatch(/You left for Northgate Bank at \d\d:\d\d \(UK time\)\./)
    expect(await storedOf(trip)).toBe(0)
    expect((await trip.browser.submit(`${trip.base}/check`)).h1).toBe('Bank connected')
    expect(await storedOf(trip)).toBeGreaterThan(0)
    // A repeat changes nothing.
    expect((await trip.browser.submit(`${trip.base}/check`)).h1).toBe('Bank connected')
  })

  test('before the approval is asked about, said so, and left for another try', async () => {
    const trip = await setOut()
    const checked = await trip.browser.submit(`${trip.base}/check`)
    expect(checked.h1).toBe('Did you approve at Northgate Bank?')
    expect(checked.text).toContain('has no approval for us yet')
    expect((await trip.browser.open(`${trip.base}?choose=1`)).h1).toBe(
      'Carry on: connect your bank for Harbour Bakery Ltd',
    )
  })

  test('is connected by no other browser, even one with the link', async () => {
    const trip = await setOut()
    await atBank(trip.hosted)
    const other = browse(side.publicUrl)
    expect((await other.submit(`${trip.base}/check`)).h1).toBe('Say yes where you started')
    expect(await storedOf(trip)).toBe(0)
  })

  test('and grew too old says so, on the link and on the return', async () => {
    const trip = await setOut()
    const back = await atBank(trip.hosted)
    await side.shift(trip.client, DAY_MS)
    for (const path of [trip.base, back]) {
      const late = await trip.browser.open(path)
      expect([late.status, late.h1]).toEqual([200, 'That took too long'])
      expect(late.text).toContain('Nothing was shared.')
    }
    await poll(trip)
    expect((await trip.browser.open(trip.base)).h1).toBe('That took too long')
    expect(await storedOf(trip)).toBe(0)
  })
})

describe('what a poll finds approved though nobody came back', () => {
  test('is not connected, however often it is polled, and waits as bank_unconfirmed', async () => {
    const trip = await approvedUnseen()
    expect(await poll(trip)).toEqual({ is: 'unconfirmed', repeated: true })
    expect(await storedOf(trip)).toBe(0)
    expect(await blocked(trip)).toEqual(['bank_unconfirmed', 'client'])
    expect(await side.step(trip.client.id, 'bank')).toMatchObject({ phase: 'unconfirmed', done_at: null })
  })

  test('is asked about on the client’s page, and connected by the yes of the browser that set out', async () => {
    const trip = await approvedUnseen()
    for (const path of [trip.base, trip.page]) {
      const asked = await trip.browser.open(path)
      expect([asked.status, asked.h1]).toEqual([200, QUESTION])
      expect(asked.text).toContain('Marsh & Lowe Accountants asked for it')
      expect(asked.text).toContain('Nothing is saved until then')
    }
    expect(await storedOf(trip)).toBe(0)
    const done = await trip.browser.submit(`${trip.page}/confirm`, say('yes'))
    expect(done.h1).toBe('Bank connected')
    expect(await storedOf(trip)).toBeGreaterThan(0)
    // A repeated answer connects once.
    expect((await trip.browser.submit(`${trip.page}/confirm`, say('yes'))).h1).toBe('Bank connected')
    expect((await side.events(trip.client.id)).filter(({ kind }) => kind === 'bank_connected')).toHaveLength(1)
  })

  test('is not connected by a yes from any other browser, even one with the link', async () => {
    const trip = await approvedUnseen()
    const other = browse(side.publicUrl)
    expect((await other.open(trip.base)).h1).toBe('Say yes where you started')
    expect((await other.submit(`${trip.page}/confirm`, say('yes'))).h1).toBe('You can close this page')
    expect((await other.submit(`${trip.page}/confirm`, say('no'))).h1).toBe('You can close this page')
    expect(await storedOf(trip)).toBe(0)
    expect(await sessionOf(trip.client.id)).toMatchObject({ status: 'pending' })
  })

  test('ends with a no, and a yes after it counts for nothing', async () => {
    const trip = await approvedUnseen()
    expect((await trip.browser.submit(`${trip.page}/confirm`, say('no'))).h1).toBe('You stopped before finishing')
    expect((await trip.browser.submit(`${trip.page}/confirm`, say('yes'))).h1).toBe('You stopped before finishing')
    expect(await storedOf(trip)).toBe(0)
    expect(await sessionOf(trip.client.id)).toMatchObject({ status: 'failed', failure: 'cancelled' })
  })

  test('is forgotten when the session ends without a yes, and the page says so', async () => {
    const trip = await approvedUnseen()
    await side.shift(trip.client, DAY_MS + 1_000)
    expect((await trip.browser.open(trip.base)).h1).toBe('That took too long')
    expect((await trip.browser.submit(`${trip.page}/confirm`, say('yes'))).h1).toBe('That took too long')
    expect(await poll(trip)).toMatchObject({ is: 'failed', reason: 'unconfirmed' })
    expect(await sessionOf(trip.client.id)).toMatchObject({ status: 'failed', external_id: null })
    const said = await trip.browser.open(trip.base)
    expect(said.text).toContain('nobody said yes here within a day, so we have forgotten it. Nothing was shared.')
    expect(await blocked(trip)).toEqual(['bank_failed', 'client'])
    expect(await storedOf(trip)).toBe(0)
    // A day later the page only mentions it, with a way to continue.
    await side.shift(trip.client, DAY_MS)
    expect((await trip.browser.open(trip.base)).text).toContain('nobody said yes here in time. Nothing was shared.')
  })

  test('is forgotten when its person starts again, whose new trip connects', async () => {
    const trip = await approvedUnseen()
    const again = await trip.browser.send(`${trip.base}/bank`, { bank: 'ob-northgate' })
    expect((await trip.browser.submit(`${trip.page}/confirm`, say('yes'))).h1).not.toBe('Bank connected')
    expect(await storedOf(trip)).toBe(0)
    expect((await trip.browser.open(await atBank(again))).h1).toBe('Bank connected')
  })

  test('with the bank away at the yes, is stored by a poll: the person has said it', async () => {
    const trip = await approvedUnseen()
    const { external_id } = await sessionOf(trip.client.id)
    const match = external_id ?? ''
    await side.sandbox.fault({ provider: 'truelayer', operation: 'accounts', kind: 'server_error', times: 3, match })
    expect((await trip.browser.submit(`${trip.page}/confirm`, say('yes'))).h1).toBe(
      'Northgate Bank hasn’t confirmed it yet',
    )
    expect(await storedOf(trip)).toBe(0)
    const [{ wait } = { wait: 0 }] = await side.owner<{ wait: number }[]>`
      SELECT extract(epoch FROM next_poll_at - clock_timestamp())::float8 AS wait FROM auth_session WHERE id = ${trip.id}`
    expect(wait).toBeLessThan(61)
    expect(await poll(trip)).toMatchObject({ is: 'connected' })
  })

  test('on an address that staff made is asked about there', async () => {
    const client = await side.invite()
    const { name: provider } = side.deps.banks.first
    const request = { step: 'bank', provider, institution: 'ob-northgate', institutionName: 'Northgate Bank' } as const
    const opened = await openSession(side.deps.commands, client.target, {
      ...request,
      openedBy: 'practice',
      linkId: null,
    })
    if (opened.result !== 'opened') throw new Error(opened.result)
    const page = `/connect/${opened.sessionId}`
    const browser = browse(side.publicUrl)
    await atBank(await browser.send(page))
    expect(await poll({ client, id: opened.sessionId })).toMatchObject({ is: 'unconfirmed' })
    expect((await browser.open(page)).h1).toBe(QUESTION)
    await browser.submit(`${page}/confirm`, say('yes'))
    expect(await side.step(client.id, 'bank')).toMatchObject({ phase: null, done_at: expect.any(Date) })
  })
})

describe('once another browser has come back', () => {
  test('only the yes there counts, and none in the browser that set out', async () => {
    const trip = await setOut()
    const back = await atBank(trip.hosted)
    const phone = browse(side.publicUrl)
    expect((await phone.open(back)).h1).toBe(QUESTION)
    expect(await blocked(trip)).toEqual(['bank_unconfirmed', 'client'])
    expect((await trip.browser.open(trip.base)).h1).toBe('Say yes where Northgate Bank sent you')
    expect((await trip.browser.submit(`${trip.page}/confirm`, say('yes'))).h1).toBe(
      'Say yes where Northgate Bank sent you',
    )
    expect((await trip.browser.open(back)).h1).toBe('Say yes where Northgate Bank sent you')
    expect(await poll(trip)).toEqual({ is: 'unconfirmed', repeated: true })
    expect(await storedOf(trip)).toBe(0)
    expect((await phone.submit(`${trip.page}/confirm`, say('yes'))).h1).toBe('Bank connected')
    expect(await storedOf(trip)).toBeGreaterThan(0)
  })

  test('that holds, too, where a poll had found it approved before', async () => {
    const trip = await approvedUnseen()
    const phone = browse(side.publicUrl)
    expect((await phone.open(trip.back)).h1).toBe(QUESTION)
    expect((await trip.browser.submit(`${trip.page}/confirm`, say('yes'))).h1).toBe(
      'Say yes where Northgate Bank sent you',
    )
    expect(await storedOf(trip)).toBe(0)
    expect((await phone.submit(`${trip.page}/confirm`, say('yes'))).h1).toBe('Bank connected')
  })

  test('that holds, too, where it comes back while a poll or a yes is under way', async () => {
    const whileAsked = async (act: (trip: Trip, deps: typeof side.deps) => Promise<unknown>) => {
      const trip = await setOut()
      const back = await atBank(trip.hosted)
      const phone = browse(side.publicUrl)
      const status: typeof side.deps.banks.first.status = async (...asked) => {
        expect((await phone.open(back)).h1).toBe(QUESTION)
        return side.deps.banks.first.status(...asked)
      }
      await act(trip, { ...side.deps, banks: connectors({ ...side.deps.banks.first, status }) })
      expect(await sessionOf(trip.client.id)).toMatchObject({ status: 'pending', came_back: 'elsewhere' })
      expect(await storedOf(trip)).toBe(0)
    }
    await whileAsked((trip, deps) => poll(trip, deps))
    await whileAsked(async (trip, deps) => {
      await side.owner`UPDATE auth_session SET came_back = 'nobody' WHERE id = ${trip.id}`
      await returnFromBank(side.deps.commands, deps, trip.client.target, trip.id, null)
    })
  })

  test('and nobody answers there, it is forgotten when the session ends', async () => {
    const trip = await setOut()
    await browse(side.publicUrl).open(await atBank(trip.hosted))
    await side.shift(trip.client, DAY_MS + 1_000)
    expect(await poll(trip)).toMatchObject({ is: 'failed', reason: 'unconfirmed' })
    expect((await trip.browser.open(trip.base)).h1).toBe('That took too long')
    expect(await storedOf(trip)).toBe(0)
  })
})

test('a connector that can revoke ends at the bank what nobody confirmed', async () => {
  const trip = await approvedUnseen()
  const { external_id } = await sessionOf(trip.client.id)
  const revoked: string[] = []
  const bank = {
    ...side.deps.banks.first,
    can: { ...side.deps.banks.first.can, revoke: true },
    revoke: async ({ externalId }: BankAccess) => void revoked.push(externalId),
  }
  await side.shift(trip.client, DAY_MS + 1_000)
  await poll(trip, { ...side.deps, banks: connectors(bank) })
  expect(revoked).toEqual([external_id])
})

test('the address of a finished trip leads only the browser that set out to the client’s page', async () => {
  const done = await setOut()
  await done.browser.open(await atBank(done.hosted))
  const stopped = await setOut()
  await stopped.browser.open(await atBank(stopped.hosted, 'cancel'))
  for (const { client, browser, page, base } of [done, stopped]) {
    const own = await browser.request(page)
    expect([own.status, own.headers.get('location')?.startsWith(base)]).toEqual([303, true])
    const other = await browse(side.publicUrl).request(page)
    expect([other.status, other.headers.get('location')]).toEqual([200, null])
    const html = await other.text()
    expect(html).toContain('You can close this page')
    expect(html).not.toContain('/j/')
    // Another browser cannot start a session in their place, which would give it access to that page.
    const trips = () => side.owner`SELECT id FROM auth_session WHERE onboarding_id = ${client.id}`
    const before = await trips()
    expect((await browse(side.publicUrl).submit(page)).h1).toBe('You can close this page')
    expect(await trips()).toEqual(before)
  }
})
