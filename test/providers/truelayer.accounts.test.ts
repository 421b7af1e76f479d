import { afterEach, describe, expect, it } from 'vitest'
import { failureOf } from './failureOf.ts'
import { deadAddress, type Scripted } from './scriptedServer.ts'
import { connectorAt, PERSON, problem, scriptedTrueLayer } from './truelayerScript.ts'
import { withoutSecret } from './withoutSecret.ts'

let provider: Awaited<ReturnType<typeof scriptedTrueLayer>> | null = null
afterEach(async () => {
  await provider?.close()
  provider = null
})

async function connector(...script: Parameters<typeof scriptedTrueLayer>) {
  provider = await scriptedTrueLayer(...script)
  return provider.bank
}
const asked = (path: string) => provider!.asked(path)

const account = (id: string, more: object = {}) => ({
  id,
  type: 'account',
  account_type: 'current',
  customer_segment: 'business',
  currency: 'GBP',
  account_identifiers: [
    { type: 'sort_code_account_number', sort_code: '04-00-04', account_number: '1234 5678' },
    { type: 'iban', iban: 'gb33 BUKB 2020 1555 5555 55' },
  ],
  account_holder_names: ['Harbour Bakery Ltd'],
  ...more,
})
const accountsOf = async (bank: ReturnType<typeof connectorAt>, ip: string | null = PERSON) => {
  const status = await bank.status(withoutSecret('c1'), ip)
  return status.state === 'authorised' ? status.accounts : status.state
}

describe('the accounts of an authorised session', () => {
  it('are gathered from all pages, in digits, with a name made of what is known', async () => {
    const bank = await connector(({ url }) =>
      url.includes('cursor=two')
        ? { json: { items: [account('a2', { account_type: 'savings' })], pagination: {} } }
        : { json: { items: [account('a1')], pagination: { next_cursor: 'two' } } },
    )
    expect(await accountsOf(bank)).toEqual([
      {
        externalId: 'a1',
        name: 'Business current account',
        holder: 'Harbour Bakery Ltd',
        currency: 'GBP',
        sortCode: '040004',
        accountNumber: '12345678',
        iban: 'GB33BUKB20201555555555',
      },
      expect.objectContaining({ externalId: 'a2', name: 'Business savings account' }),
    ])
    expect(asked('/api').map(({ headers }) => headers['connection-id'])).toEqual(['c1', 'c1'])
  })

  it('leave cards out and bear what is missing', async () => {
    const bare = { id: 'a3', currency: 'EUR', account_identifiers: [{ type: 'bban', bban: 'x' }] }
    const bank = await connector(() => ({
      json: { items: [{ id: 'card-1', type: 'card' }, bare, account('a4', { customer_segment: 'retail' })] },
    }))
    expect(await accountsOf(bank)).toEqual([
      {
        externalId: 'a3',
        name: 'Bank account',
        holder: null,
        currency: 'EUR',
        sortCode: null,
        accountNumber: null,
        iban: null,
      },
      expect.objectContaining({ name: 'Personal current account' }),
    ])
  })

  it('come from one page when its cursor leads to nothing new', async () => {
    const bank = await connector(() => ({
      json: { items: [account('a1'), account('a2')], pagination: { next_cursor: 'again' } },
    }))
    expect(await accountsOf(bank)).toHaveLength(2)
    expect(asked('/api')).toHaveLength(2)
    // The provider says that there are more.
    expect(await bank.status(withoutSecret('c1'), null)).toMatchObject({ state: 'authorised', isPart: true })
  })

  it.each<[Scripted, string, number | null]>([
    [problem(403, 'Forbidden'), 'permission', null],
    [problem(404, 'Not Found'), 'refused', null],
    [problem(400, 'Invalid Parameters'), 'refused', null],
    [problem(429, 'Rate Limit Exceeded'), 'rate_limited', null],
    [problem(502, 'Feature Not Supported'), 'refused', null],
    [{ json: { items: 'none' } }, 'unavailable', null],
    [{ text: 'not json' }, 'unavailable', null],
  ])('%j is %s', async (answer, kind, retryAfterMs) => {
    const bank = await connector(() => answer)
    expect(await failureOf(bank.status(withoutSecret('c1'), PERSON))).toEqual({ kind, retryAfterMs })
  })

  it.each<[Scripted]>([[problem(502, 'Provider Error')], [problem(500, 'Unknown Error')], ['reset']])(
    'are read again when the provider stumbles: %j',
    async (answer) => {
      const bank = await connector((_asked, index) => (index === 0 ? answer : { json: { items: [account('a1')] } }))
      expect(await accountsOf(bank)).toHaveLength(1)
    },
  )

  it('fail in the end when it keeps stumbling', async () => {
    const bank = await connector(() => problem(502, 'Provider Error'))
    expect(await failureOf(bank.status(withoutSecret('c1'), PERSON))).toMatchObject({ kind: 'unavailable' })
    expect(asked('/api')).toHaveLength(3)
  })

  it('are asked for once where nobody waits, whatever comes back', async () => {
    const bank = await connector(() => problem(502, 'Provider Error'))
    expect(await failureOf(bank.status(withoutSecret('c1'), null))).toMatchObject({ kind: 'unavailable' })
    expect(asked('/api')).toHaveLength(1)
  })

  it('say so when nothing listens', async () => {
    expect(await failureOf(connectorAt(await deadAddress()).status(withoutSecret('c1'), PERSON))).toMatchObject({
      kind: 'unavailable',
    })
  })
})

describe('the banks on offer', () => {
  const entry = (provider_id: string, display_name: string, more: object = {}) => ({
    provider_id,
    display_name,
    country: 'uk',
    logo_url: 'https://x.example/logo.svg',
    scopes: ['info', 'accounts'],
    ...more,
  })

  it('are those of the United Kingdom that tell accounts, by name, fetched once', async () => {
    const bank = await connector(() => ({
      json: [
        entry('ob-z', 'Zed Bank'),
        entry('ob-a', 'Alpha', { country: 'GB' }),
        entry('ob-i', 'Irish', { country: 'ie' }),
        entry('ob-p', 'Pay only', { scopes: ['payments'] }),
        { provider_id: 'mock', display_name: 'Mock' },
      ],
    }))
    const [first, second] = await Promise.all([bank.banks(), bank.banks()])
    expect(first).toEqual([
      { id: 'ob-a', name: 'Alpha', logoUrl: 'https://x.example/logo.svg' },
      { id: 'mock', name: 'Mock' },
      { id: 'ob-z', name: 'Zed Bank', logoUrl: 'https://x.example/logo.svg' },
    ])
    expect(second).toEqual(first)
    expect(asked('/auth/api/providers').map(({ url }) => url)).toEqual(['/auth/api/providers?clientId=client'])
  })

  it('fail plainly when they were never known', async () => {
    const bank = await connector(() => ({ json: { error: 'x' } }))
    expect(await failureOf(bank.banks())).toMatchObject({ kind: 'unavailable' })
  })
})
