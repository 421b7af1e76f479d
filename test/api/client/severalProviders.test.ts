import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pollBank } from '../../../commands/connections/banks/bankSession.ts'
import { disconnect } from '../../../commands/connections/disconnect.ts'
import { openSession } from '../../../commands/connections/sessions.ts'
import { connectors } from '../../../providers/connectors.ts'
import { forFile } from '../../forFile.ts'
import { atBank, atLedger, browse, startClientSide } from './clientHarness.ts'

/** A side with two banks and two ledgers that write down what is asked of them. The second of each is another name. */
const side = forFile(startClientSide)
const asked: string[] = []
beforeAll(async () => {
  const { banks, ledgers } = side.deps
  side.deps.banks = connectors(listening(banks.first), listening({ ...banks.first, name: 'bank-b', label: 'Bank B' }))
  side.deps.ledgers = connectors(listening(ledgers.first), listening({ ...ledgers.first, name: 'sage', label: 'Sage' }))
})
beforeEach(() => asked.splice(0))

function listening<C extends { readonly name: string }>(connector: C): C {
  const parts = Object.entries<unknown>({ ...connector }).map(([part, value]) => [
    part,
    typeof value !== 'function'
      ? value
      : (...given: unknown[]) => {
          asked.push(`${connector.name} ${part}`)
          return value(...given)
        },
  ])
  return Object.fromEntries(parts)
}

const actor = { type: 'staff', id: null } as const
type Step = 'bank' | 'books'

/** Returns the address of a session that staff opened for a new client. */
async function opened(step: Step, provider: string) {
  const client = await side.invite({ channels: null })
  const by = { openedBy: 'practice', linkId: null, institution: null, institutionName: null } as const
  const session = await openSession(side.deps.commands, client.target, { step, provider, ...by })
  if (session.result !== 'opened') throw new Error(session.result)
  return { client, id: session.sessionId, path: `/connect/${session.sessionId}`, browser: browse(side.publicUrl) }
}

const standing = async ({ id }: { id: string }) => {
  const rows = await side.owner<{ id: string; provider: string; institution_name: string }[]>`
    SELECT id, provider, institution_name FROM connection WHERE onboarding_id = ${id}`
  return rows[0]
}

describe('a session is handled by the provider that it names', () => {
  test('a ledger: on the way out, on the return and at the end', async () => {
    const { client, path, browser } = await opened('books', 'sage')
    expect((await browser.open(path)).h1).toBe('Connect Sage for Harbour Bakery Ltd')
    const back = await atLedger(await browser.send(path), { new_organisation: 'Harbour Bakery Ltd' })
    expect((await browser.open(back)).h1).toBe('Sage connected')
    const connection = await standing(client)
    expect(connection).toMatchObject({ provider: 'sage', institution_name: 'Sage' })
    const ended = await disconnect(side.deps.commands, side.deps, client.target, actor, connection!.id)
    expect(ended).toEqual({ result: 'disconnected', endedThere: true })
    expect(asked).toEqual(
      expect.arrayContaining(['authorise', 'exchange', 'bankAccounts', 'disconnect'].map((one) => `sage ${one}`)),
    )
    expect(asked.filter((one) => !one.startsWith('sage '))).toEqual([])
  })

  test('a bank: its consent, the way out and the return', async () => {
    const { client, path, browser } = await opened('bank', 'bank-b')
    expect((await browser.open(path)).text).toContain('Bank B')
    const back = await atBank(await browser.send(path), 'approve', { provider_id: 'ob-northgate' })
    await browser.open(back)
    expect(await standing(client)).toMatchObject({ provider: 'bank-b', institution_name: 'Bank B' })
    expect(asked).toEqual(['bank-b start', 'bank-b status'])
  })

  test('a client who chooses a ledger goes to that one', async () => {
    const client = await side.invite({ name: 'Harbour Bakery Ltd', steps: { books: 'client', bank: 'skip' } })
    const base = `/j/${await side.tokenFor(client)}`
    const browser = browse(side.publicUrl)
    await browser.send(`${base}/accept`)
    await browser.send(`${base}/books`, { ledger: 'sage' })
    expect(asked).toEqual(['sage authorise'])
  })
})

describe('a provider that Embark is not set up for any more', () => {
  const words = 'Embark is not set up for this provider any more.'
  const forget = (table: 'auth_session' | 'connection', { id }: { id: string }) =>
    side.owner`UPDATE ${side.owner(table)} SET provider = 'gone' WHERE id = ${id}`

  test('before a departure to it, fails the session with its words', async () => {
    for (const step of ['bank', 'books'] as const) {
      const { client, id, path, browser } = await opened(
        step,
        side.deps[`${step === 'bank' ? 'bank' : 'ledger'}s`].first.name,
      )
      await forget('auth_session', { id })
      expect((await browser.open(path)).status).toBeLessThan(500)
      const page = await browser.submit(path)
      expect(page.status).toBeLessThan(500)
      const reason = step === 'bank' ? 'unavailable' : 'refused_us'
      expect(await side.step(client.id, step)).toMatchObject({ reason, last_error: words })
    }
  })

  test('on the return from a ledger, fails the session with its words', async () => {
    const { client, id, path, browser } = await opened('books', 'sage')
    const back = await atLedger(await browser.send(path), { new_organisation: 'Harbour Bakery Ltd' })
    await forget('auth_session', { id })
    expect((await browser.open(back)).status).toBe(200)
    expect(await side.step(client.id, 'books')).toMatchObject({ reason: 'refused_us', last_error: words })
  })

  test('on the return from a bank, waits as for one that does not answer; polls change nothing', async () => {
    const { client, id, path, browser } = await opened('bank', 'bank-b')
    const back = await atBank(await browser.send(path), 'approve', { provider_id: 'ob-northgate' })
    await forget('auth_session', { id })
    expect((await browser.open(back)).status).toBeLessThan(500)
    expect(await pollBank(side.deps.commands, side.deps, client.target, id)).toMatchObject({ is: 'processing' })
    expect(await standing(client)).toBeUndefined()
  })

  test('leaves a connection that ends here, and is said to stand there', async () => {
    const { client, path, browser } = await opened('books', 'sage')
    await browser.open(await atLedger(await browser.send(path), { new_organisation: 'Harbour Bakery Ltd' }))
    const connection = (await standing(client)) ?? { id: '' }
    await forget('connection', connection)
    const ended = await disconnect(side.deps.commands, side.deps, client.target, actor, connection.id)
    expect(ended).toEqual({ result: 'disconnected', endedThere: false })
  })
})
