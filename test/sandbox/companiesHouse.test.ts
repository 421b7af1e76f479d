import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { credentials } from '../../sandbox/credentials.ts'
import { type Running, read, running } from './running.ts'

let sandbox: Running
beforeAll(async () => {
  sandbox = await running()
})
afterAll(() => sandbox.close())

const basic = (name: string, password = '') => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
const key = basic(credentials.companiesHouse.apiKey)
const get = (path: string, authorization: string | null = key) =>
  read(fetch(`${sandbox.url}/companies-house${path}`, { headers: authorization === null ? {} : { authorization } }))
type Found = { items: { company_number: string; title: string }[]; total_results: number }
const search = async (query: string) => (await get(`/search/companies?${query}`)).body as unknown as Found

describe('the register in the sandbox', () => {
  it('takes its key as a user name without password, and nothing else', async () => {
    expect(await get('/company/01234567', null)).toMatchObject({
      status: 401,
      body: { error: 'Empty Authorization header', type: 'ch:service' },
    })
    for (const wrong of [
      basic('other'),
      basic(credentials.companiesHouse.apiKey, 'x'),
      `Bearer ${credentials.companiesHouse.apiKey}`,
    ]) {
      expect(await get('/company/01234567', wrong)).toMatchObject({
        status: 401,
        body: { error: 'Invalid Authorization' },
      })
    }
    expect((await get('/company/01234567')).status).toBe(200)
  })

  it('finds names by the beginnings of their words, and a number with its zeros', async () => {
    const harbour = await search('q=harbour%20bak')
    expect(harbour.items.map((one) => one.title)).toEqual(['HARBOUR BAKERY LTD'])
    expect((await search('q=01234567')).items[0]).toMatchObject({ company_number: '01234567' })
    // Digits may be part of a name; a number without its leading zeros finds no company by number.
    expect((await search('q=1234567')).items.map((one) => one.title)).toEqual(['1234567 HOLDINGS LTD'])
    expect(await get('/search/companies?q=')).toMatchObject({ status: 400 })
  })

  it('pages, a hundred at most, and loses the only item of a search for a number', async () => {
    const first = await search('q=ashdown&items_per_page=20')
    const second = await search('q=ashdown&items_per_page=20&start_index=20')
    expect([first.items.length, second.items.length, first.total_results]).toEqual([20, 20, 45])
    expect(first.items[0]?.title).not.toBe(second.items[0]?.title)
    expect(await search('q=ashdown&items_per_page=500')).toMatchObject({ items_per_page: 100 })
    expect((await search('q=01234567&items_per_page=1')).items).toEqual([])
    expect((await search('q=01234567&items_per_page=2')).items).toHaveLength(1)
  })

  it('knows profiles by their exact number', async () => {
    expect((await get('/company/SC123456')).body).toMatchObject({
      company_name: 'HARBOUR JOINERY LTD',
      jurisdiction: 'scotland',
      registered_office_address: { address_line_1: 'Unit 3 Dock Street', postal_code: 'EH6 6EW' },
    })
    for (const number of ['sc123456', '1234567', '99999999']) {
      expect(await get(`/company/${number}`)).toMatchObject({
        status: 404,
        body: { errors: [{ error: 'company-profile-not-found', type: 'ch:service' }] },
      })
    }
  })

  it('counts in windows of five minutes, and says when the present one ends', async () => {
    const own = await running()
    await own.control('POST', '/setup', { companiesHouse: { perFiveMinutes: 2 } })
    const ask = () => read(fetch(`${own.url}/companies-house/company/01234567`, { headers: { authorization: key } }))
    expect((await ask()).headers.get('x-ratelimit-remain')).toBe('1')
    await ask()
    const refused = await ask()
    expect(refused.status).toBe(429)
    const endsInMs = Number(refused.headers.get('x-ratelimit-reset')) * 1000 - Date.now()
    expect(endsInMs).toBeGreaterThan(290_000)
    expect(endsInMs).toBeLessThanOrEqual(301_000)
    own.wait(300_000)
    expect((await ask()).status).toBe(200)
    await own.close()
  })

  it('misbehaves when told to', async () => {
    await sandbox.control('POST', '/faults', { provider: 'companiesHouse', operation: 'search', kind: 'server_error' })
    expect((await get('/company/01234567')).status).toBe(200)
    expect((await get('/search/companies?q=harbour')).status).toBe(502)
    await sandbox.control('POST', '/faults', {
      provider: 'companiesHouse',
      kind: 'rate_limited',
      retryAfterSeconds: 60,
    })
    const slowed = await get('/company/01234567')
    expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, null])
  })
})
