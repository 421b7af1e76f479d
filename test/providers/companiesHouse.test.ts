import { describe, expect, it } from 'vitest'
import { createCompaniesHouse } from '../../providers/register/companiesHouse.ts'
import { remembered } from '../../providers/remembered.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from './againstSandbox.ts'
import { failureOf } from './failureOf.ts'
import { deadAddress, type Scripted, scriptedServer } from './scriptedServer.ts'

const sandbox = forFile(againstSandbox)

const numbers = (found: { number: string }[]) => found.map((one) => one.number)

describe('looking a company up', () => {
  it('by name: number, name, standing and where it is', async () => {
    const found = await sandbox.companiesHouse().search('harbour')
    expect(numbers(found)).toEqual(['01234567', '09876543', 'SC123456', '04455667'])
    expect(found[0]).toEqual({
      number: '01234567',
      name: 'HARBOUR BAKERY LTD',
      status: 'active',
      isEnded: false,
      registeredOn: '1998-03-02',
      address: '4 Quay Lane, Leeds, LS1 4AB',
      locality: 'Leeds',
      postcode: 'LS1 4AB',
    })
    expect(found[3]).toMatchObject({ status: 'dissolved', isEnded: true })
    expect(await sandbox.companiesHouse().search('nothing of the kind')).toEqual([])
  })

  it('by number, however it is written, ahead of the names that hold it', async () => {
    for (const [written, ...expected] of [
      ['01234567', '01234567'],
      ['1234567', '01234567', '13579246'],
      [' sc 123456 ', 'SC123456'],
      ['OC301234', 'OC301234'],
      ['r0000123', 'R0000123'],
    ] as const) {
      expect(numbers(await sandbox.companiesHouse().search(written))).toEqual(expected)
    }
    expect(await sandbox.companiesHouse().search('SC123456')).toMatchObject([
      { name: 'HARBOUR JOINERY LTD', address: 'Unit 3 Dock Street, Leith, Scotland, EH6 6EW' },
    ])
  })

  it('with whatever is missing left empty', async () => {
    expect(await sandbox.companiesHouse().search('old iron')).toEqual([
      {
        number: '00000006',
        name: 'OLD IRON FOUNDRY LTD',
        status: 'liquidation',
        isEnded: false,
        registeredOn: null,
        address: null,
        locality: null,
        postcode: null,
      },
    ])
  })

  it('asks the same once', async () => {
    const server = await scriptedServer(() => ({ json: { items: [] } }))
    const register = createCompaniesHouse({ apiKey: 'k', baseUrl: server.url })
    await Promise.all([
      register.search('Harbour  Bakery'),
      register.search('harbour bakery '),
      register.search('harbour'),
    ])
    await register.search('HARBOUR')
    expect(server.asked.map((one) => one.url)).toEqual([
      '/search/companies?q=harbour+bakery&items_per_page=10',
      '/search/companies?q=harbour&items_per_page=10',
    ])
    expect(server.asked[0]?.headers.authorization).toBe(`Basic ${btoa('k:')}`)
    await server.close()
  })
})

describe('a register that does not answer', () => {
  const against = async (answer: Scripted) => {
    const server = await scriptedServer(() => answer)
    const register = createCompaniesHouse({ apiKey: 'k', baseUrl: server.url })
    return { server, register }
  }

  it('is away: broken, resetting, unreadable, or not there', async () => {
    for (const answer of [
      { status: 502, text: '<h1>' },
      'reset',
      { json: { things: [] } },
      { text: 'no json' },
    ] as const) {
      const { server, register } = await against(answer)
      expect(await failureOf(register.search('harbour'))).toMatchObject({ kind: 'unavailable' })
      await server.close()
    }
    const register = createCompaniesHouse({ apiKey: 'k', baseUrl: await deadAddress() })
    expect(await failureOf(register.search('harbour'))).toMatchObject({ kind: 'unavailable' })
  })

  it('does not know our key', async () => {
    expect(await failureOf(sandbox.companiesHouse({ apiKey: 'other' }).search('harbour'))).toMatchObject({
      kind: 'misconfigured',
    })
  })

  it('has had enough: nothing more is asked until it said so', async () => {
    let now = 1_800_000_000_000
    const resets = String(now / 1000 + 120)
    const server = await scriptedServer((_asked, n) =>
      n === 0 ? { status: 429, headers: { 'X-Ratelimit-Reset': resets } } : { json: { items: [] } },
    )
    const register = createCompaniesHouse({ apiKey: 'k', baseUrl: server.url }, () => now)
    expect(await failureOf(register.search('one'))).toMatchObject({ kind: 'rate_limited', retryAfterMs: 120_000 })
    expect(await failureOf(register.search('two'))).toMatchObject({ kind: 'rate_limited', retryAfterMs: 120_000 })
    expect(server.asked).toHaveLength(1)
    now += 120_000
    expect(await register.search('two')).toEqual([])
    await server.close()
  })

  it('a failed look-up is not kept', async () => {
    await sandbox.fault({ provider: 'companiesHouse', kind: 'connection_reset', times: 2 })
    const register = sandbox.companiesHouse()
    expect(await failureOf(register.search('tidewater'))).toMatchObject({ kind: 'unavailable' })
    expect(await register.search('tidewater')).toHaveLength(1)
  })
})

describe('what is remembered', () => {
  it('grows old, and makes way for newer', async () => {
    let now = 0
    const asked: string[] = []
    const look = remembered(
      100,
      2,
      () => now,
      async (key) => {
        asked.push(key)
        return key
      },
    )
    await look('a')
    await look('a')
    now = 100
    await look('a')
    await look('b')
    await look('c')
    await look('a')
    expect(asked).toEqual(['a', 'a', 'b', 'c', 'a'])
  })
})
