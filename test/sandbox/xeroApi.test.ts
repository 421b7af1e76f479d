import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Running, running } from './running.ts'
import { claimsOf, xeroClient } from './xeroClient.ts'

let sandbox: Running
let xero: ReturnType<typeof xeroClient>
beforeAll(async () => {
  sandbox = await running()
  xero = xeroClient(sandbox)
})
afterAll(() => sandbox.close())

let people = 0
/** Creates a person who connected these organisations. */
async function connected(...tenants: string[]) {
  const user: [string, string] = ['user', `person-${++people}@marshlowe.example`]
  const organisations = tenants.map((tenant): [string, string] => ['organisation', tenant])
  return { user, ...(await xero.connect([user, ...organisations])) }
}

const listOf = async (access: string, query = '') =>
  (await xero.api('GET', `/connections${query}`, access)).body as unknown as Record<string, string>[]

describe('connections', () => {
  it('tell the organisations, filtered by the authorisation', async () => {
    const [one, two] = [await xero.organisation('One Ltd'), await xero.organisation('Two Ltd')]
    const first = await connected(one)
    const second = await xero.connect([first.user, ['organisation', two]])
    expect(await listOf(second.access)).toMatchObject([{ tenantId: one }, { tenantId: two }])
    const event = String(claimsOf(second.access).authentication_event_id)
    expect(await listOf(second.access, `?authEventId=${event}`)).toEqual([
      {
        id: expect.any(String),
        authEventId: event,
        tenantId: two,
        tenantType: 'ORGANISATION',
        tenantName: 'Two Ltd',
        createdDateUtc: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+$/),
        updatedDateUtc: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+$/),
      },
    ])
  })

  it('keep their id when an organisation is connected again, and belong to the new authorisation', async () => {
    const tenant = await xero.organisation('Again Ltd')
    const first = await connected(tenant)
    const [before] = await listOf(first.access)
    const again = await xero.connect([first.user, ['organisation', tenant]])
    const [after] = await listOf(again.access)
    expect(after!.id).toBe(before!.id)
    expect(after!.authEventId).toBe(claimsOf(again.access).authentication_event_id)
  })

  it('may be empty right after consent', async () => {
    expect(await listOf((await connected()).access)).toEqual([])
  })

  it('end one by one', async () => {
    const [one, two] = [await xero.organisation('Gone Ltd'), await xero.organisation('Stays Ltd')]
    const { access } = await connected(one, two)
    const [first] = await listOf(access)
    const stranger = await connected()
    expect((await xero.api('DELETE', `/connections/${first!.id}`, stranger.access)).status).toBe(404)
    expect((await xero.api('DELETE', `/connections/${first!.id}`, access)).status).toBe(204)
    expect((await xero.api('DELETE', `/connections/${first!.id}`, access)).status).toBe(404)
    const call = (tenant: string) => xero.api('GET', '/api.xro/2.0/Organisation', access, { 'xero-tenant-id': tenant })
    expect((await call(first!.tenantId!)).status).toBe(403)
    expect((await call(two)).status).toBe(200)
  })
})

describe('the accounting API', () => {
  it('tells the organisation, in JSON only when asked', async () => {
    const tenant = await xero.organisation('Harbour Bakery Ltd')
    const { access } = await connected(tenant)
    const headers = { 'xero-tenant-id': tenant }
    const { status, body, headers: answered } = await xero.api('GET', '/api.xro/2.0/Organisation', access, headers)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      Id: expect.any(String),
      Status: 'OK',
      ProviderName: expect.any(String),
      DateTimeUTC: expect.stringMatching(/^\/Date\(\d+\)\/$/),
      Organisations: [{ OrganisationID: tenant, Name: 'Harbour Bakery Ltd', CountryCode: 'GB', Version: 'UK' }],
    })
    expect(answered.get('x-minlimit-remaining')).toBe('59')
    expect(answered.get('x-daylimit-remaining')).toBe('4999')
    expect(answered.get('x-appminlimit-remaining')).toMatch(/^\d+$/)
    const xml = await xero.api('GET', '/api.xro/2.0/Organisation', access, { ...headers, accept: '*/*' })
    expect(xml.headers.get('content-type')).toContain('xml')
    expect(xml.text).toContain('<Name>Harbour Bakery Ltd</Name>')
  })

  it('filters accounts', async () => {
    const tenant = await xero.organisation('Filter Ltd', ['20-00-00 11111111', '20000022222222'])
    const { access } = await connected(tenant)
    const ask = async (where: string) =>
      xero.api('GET', `/api.xro/2.0/Accounts?${new URLSearchParams({ where })}`, access, { 'xero-tenant-id': tenant })
    const banks = (await ask('Type=="BANK" AND Status=="ACTIVE"')).body.Accounts as Record<string, unknown>[]
    expect(banks.map((account) => account.BankAccountNumber)).toEqual(['20-00-00 11111111', '20000022222222'])
    expect(banks[0]).toMatchObject({ Type: 'BANK', BankAccountType: 'BANK', CurrencyCode: 'GBP', Status: 'ACTIVE' })
    expect((await ask('Type!="BANK"')).body.Accounts).toHaveLength(2)
    expect(await ask('Type LIKE "BANK"')).toMatchObject({ status: 400, body: { Type: 'QueryParseException' } })
  })

  it('refuses who is nobody, late, elsewhere or nowhere', async () => {
    const tenant = await xero.organisation('Guarded Ltd')
    const { access } = await connected(tenant)
    const call = (token: string, headers: Record<string, string>) =>
      xero.api('GET', '/api.xro/2.0/Organisation', token, headers)
    const body = (title: string, status: number, detail: unknown) => ({
      Type: null,
      Title: title,
      Status: status,
      Detail: detail,
      Instance: expect.stringMatching(/^[0-9a-f-]{36}$/),
      Extensions: {},
    })
    const own = { 'xero-tenant-id': tenant }
    const [head, claims] = access.split('.')
    for (const token of ['nonsense', `${head}.${claims}.forged`]) {
      expect(await call(token, own)).toMatchObject({
        status: 401,
        body: body('Unauthorized', 401, 'AuthenticationUnsuccessful'),
      })
    }
    const strangers: Record<string, string>[] = [{}, { 'xero-tenant-id': randomUUID() }]
    for (const headers of strangers) {
      const { status, body: answer } = await call(access, headers)
      expect(status).toBe(403)
      expect(answer).toEqual(body('Forbidden', 403, 'AuthenticationUnsuccessful'))
    }
    expect((await xero.api('GET', '/api.xro/2.0/Nothing', access, own)).status).toBe(404)
    sandbox.wait(1_800_000)
    expect((await call(access, own)).body).toEqual(body('Unauthorized', 401, expect.stringContaining('TokenExpired')))
  })

  it('allows 60 calls a minute for each organisation', async () => {
    const [tenant, other] = [await xero.organisation('Busy Ltd'), await xero.organisation('Quiet Ltd')]
    const { access } = await connected(tenant, other)
    const call = (id: string) => xero.api('GET', '/api.xro/2.0/Organisation', access, { 'xero-tenant-id': id })
    for (let i = 0; i < 60; i++) expect((await call(tenant)).status).toBe(200)
    const refused = await call(tenant)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('x-rate-limit-problem')).toBe('minute')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await call(other)).status).toBe(200)
    sandbox.wait(60_000)
    expect((await call(tenant)).status).toBe(200)
  })

  it('allows five calls at once for each organisation', async () => {
    const [tenant, other] = [await xero.organisation('Crowded Ltd'), await xero.organisation('Empty Ltd')]
    const { access } = await connected(tenant, other)
    const call = (id: string) => xero.api('GET', '/api.xro/2.0/Organisation', access, { 'xero-tenant-id': id })
    const fault = { provider: 'xero', operation: 'organisation', kind: 'slow', delayMs: 300, times: 7 }
    await sandbox.control('POST', '/faults', fault)
    const answers = await Promise.all([call(other), ...Array.from({ length: 6 }, () => call(tenant))])
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.map(({ status, headers }) => [status, headers.get('x-rate-limit-problem')])).toEqual([
      [429, 'concurrent'],
    ])
    expect((await call(tenant)).status).toBe(200)
  })

  it.each([
    ['token_expired', 401],
    ['insufficient_scope', 401],
    ['refused', 403],
    ['day_limit', 429],
  ])('acts out the fault %s once', async (kind, status) => {
    const tenant = await xero.organisation('Faulty Ltd')
    const { access } = await connected(tenant)
    const call = () => xero.api('GET', '/api.xro/2.0/Accounts', access, { 'xero-tenant-id': tenant })
    await sandbox.control('POST', '/faults', { provider: 'xero', operation: 'accounts', kind, match: tenant })
    expect((await call()).status).toBe(status)
    expect((await call()).status).toBe(200)
  })
})

describe('a new organisation made on the consent page', () => {
  async function numbersOf(fields: [string, string][]) {
    const name = `New ${++people} Ltd`
    const { access } = await connected()
    const made = await xero.connect([
      ['user', `maker-${people}@marshlowe.example`],
      ['new_organisation', name],
      ...fields,
    ])
    expect(access).toBeTruthy()
    const [connection] = await listOf(made.access)
    expect(connection).toMatchObject({ tenantName: name })
    const headers = { 'xero-tenant-id': connection!.tenantId! }
    const { body } = await xero.api('GET', '/api.xro/2.0/Accounts?where=Type%3D%3D%22BANK%22', made.access, headers)
    return (body.Accounts as Record<string, string>[]).map((account) => account.BankAccountNumber)
  }

  it('has three bank accounts', async () => {
    const numbers = await numbersOf([])
    expect(numbers).toHaveLength(3)
    for (const number of numbers) expect(number).toMatch(/^\d{14}$/)
  })

  it('gets given numbers on two of them', async () => {
    const given: [string, string][] = [
      ['bank_account_number', '20000011111111'],
      ['bank_account_number', '20000022222222'],
    ]
    expect((await numbersOf(given)).slice(0, 2)).toEqual(['20000011111111', '20000022222222'])
    await sandbox.control('POST', '/setup', { xero: { newOrganisationNumbers: ['20000033333333'] } })
    expect((await numbersOf([]))[0]).toBe('20000033333333')
    await sandbox.control('POST', '/setup', { xero: { newOrganisationNumbers: [] } })
  })
})
