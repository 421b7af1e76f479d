import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Running, running } from './running.ts'
import { truelayerClient } from './truelayerClient.ts'

let sandbox: Running
let truelayer: Awaited<ReturnType<typeof truelayerClient>>
beforeAll(async () => {
  sandbox = await running()
  truelayer = await truelayerClient(sandbox)
})
afterAll(() => sandbox.close())

describe('the accounts', () => {
  it('come on one page, the same ones each time and others elsewhere, without a name of account or bank', async () => {
    const numbers = new Set<string>()
    const counts = new Set<number>()
    // Each has two or three by the chance of its id: all the same once in half a million runs.
    for (let i = 0; i < 20; i++) {
      const connection = await truelayer.started()
      await connection.decide({ action: 'approve' })
      const { items, pagination } = (await connection.accounts()).body as { items: Account[]; pagination: object }
      expect(pagination).toEqual({})
      expect(items.map(({ id }) => id)).toEqual(items.map(({ id }) => id).toSorted())
      counts.add(items.length)
      for (const account of items) {
        expect(account).toMatchObject({
          type: 'account',
          currency: 'GBP',
          account_holder_names: ['Harbour Bakery Ltd'],
        })
        expect(account).not.toHaveProperty('provider')
        const { sort_code, account_number } = account.account_identifiers[0]!
        expect(`${sort_code}${account_number}`).toMatch(/^\d{14}$/)
        expect(isIban(account.account_identifiers[1]!.iban!)).toBe(true)
        numbers.add(`${sort_code}${account_number}`)
      }
      expect((await connection.accounts()).body).toMatchObject({ items })
    }
    expect(counts).toEqual(new Set([2, 3]))
    expect(numbers.size).toBeGreaterThanOrEqual(40)
  })

  it('come with a cursor that changes nothing where there are more than a page holds', async () => {
    const connection = await truelayer.started()
    await connection.act('approve', { accounts: 60 })
    const first = (await connection.accounts()).body as { items: Account[]; pagination: { next_cursor: string } }
    expect(first.items).toHaveLength(50)
    expect((await connection.accounts(first.pagination.next_cursor)).body).toEqual(first)
  })

  it('are those that were picked', async () => {
    const connection = await truelayer.started()
    await connection.decide({ action: 'approve' })
    const { accounts } = await held(connection.id)
    const picked = await truelayer.started()
    const wanted = (await held(picked.id)).accounts.at(-1)!.id
    expect(accounts.map(({ id }) => id)).not.toContain(wanted)
    await picked.decide([
      ['action', 'approve'],
      ['account', wanted],
    ])
    expect((await picked.accounts()).body).toEqual({ items: [expect.objectContaining({ id: wanted })], pagination: {} })
  })

  it('need at least one box ticked on the page', async () => {
    const connection = await truelayer.started()
    expect((await connection.decide({ action: 'approve', accounts_shown: '1' })).status).toBe(422)
    expect((await connection.accounts()).status).toBe(400)
  })

  it('need the header and the scope', async () => {
    const connection = await truelayer.started({ scopes: ['balance'] })
    await connection.decide({ action: 'approve' })
    expect(await connection.accounts()).toMatchObject({ status: 403, body: { title: 'Forbidden' } })
    expect(await truelayer.get('/v3/connected-accounts')).toMatchObject({
      status: 400,
      body: { title: 'Invalid Parameters' },
    })
  })
})

type Account = {
  id: string
  account_identifiers: { sort_code?: string; account_number?: string; iban?: string }[]
}

async function held(id: string): Promise<{ accounts: Account[] }> {
  const { connections } = await sandbox.control<{ connections: { id: string; accounts: Account[] }[] }>(
    'GET',
    '/truelayer/connections',
  )
  return connections.find((connection) => connection.id === id)!
}

function isIban(iban: string): boolean {
  const digits = [...(iban.slice(4) + iban.slice(0, 4))].map((character) => Number.parseInt(character, 36)).join('')
  return iban.length === 22 && BigInt(digits) % 97n === 1n
}
