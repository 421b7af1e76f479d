import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Running, running } from './running.ts'
import { truelayerClient } from './truelayerClient.ts'

let sandbox: Running
let truelayer: Awaited<ReturnType<typeof truelayerClient>>
beforeAll(async () => {
  sandbox = await running()
  await sandbox.control('POST', '/setup', { truelayer: { perSecond: 1000 } })
  truelayer = await truelayerClient(sandbox)
})
afterAll(() => sandbox.close())

describe('the accounts', () => {
  it('come two by two, with a cursor, the same ones each time and others elsewhere', async () => {
    const numbers = new Set<string>()
    const counts = new Set<number>()
    for (let i = 0; i < 8; i++) {
      const connection = await truelayer.started()
      await connection.decide({ action: 'approve' })
      const first = (await connection.accounts()).body as {
        items: Account[]
        pagination: { next_cursor: string | null }
      }
      expect(first.items).toHaveLength(2)
      const cursor = first.pagination.next_cursor
      const rest = cursor === null ? [] : ((await connection.accounts(cursor)).body.items as Account[])
      const all = [...first.items, ...rest]
      counts.add(all.length)
      for (const account of all) {
        expect(account).toMatchObject({
          type: 'account',
          currency: 'GBP',
          account_holder_names: ['Harbour Bakery Ltd'],
        })
        const { sort_code, account_number } = account.account_identifiers[0]!
        expect(`${sort_code}${account_number}`).toMatch(/^\d{14}$/)
        expect(isIban(account.account_identifiers[1]!.iban!)).toBe(true)
        numbers.add(`${sort_code}${account_number}`)
      }
      expect((await connection.accounts()).body).toEqual(first)
    }
    expect(counts).toEqual(new Set([2, 3]))
    expect(numbers.size).toBeGreaterThanOrEqual(16)
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
    expect((await picked.accounts()).body).toMatchObject({ items: [{ id: wanted }], pagination: { next_cursor: null } })
  })

  it('need at least one box ticked on the page', async () => {
    const connection = await truelayer.started()
    expect((await connection.decide({ action: 'approve', accounts_shown: '1' })).status).toBe(422)
    expect(await connection.status()).toMatchObject({ status: 'authorization_required' })
  })

  it('need the header, the scope and a cursor of theirs', async () => {
    const connection = await truelayer.started({ scopes: ['info'] })
    await connection.decide({ action: 'approve' })
    expect(await connection.accounts()).toMatchObject({ status: 403, body: { title: 'Forbidden' } })
    expect(await truelayer.get('/v3/connected-accounts')).toMatchObject({
      status: 400,
      body: { title: 'Invalid Parameters' },
    })
    expect((await truelayer.get(`/v3/data-connections/${connection.id}/user-info`)).body).toMatchObject({
      name: 'Harbour Bakery Ltd',
    })
    const other = await truelayer.started()
    await other.decide({ action: 'approve' })
    expect((await other.accounts('made-up')).status).toBe(400)
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
