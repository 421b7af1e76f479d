import { afterEach, describe, expect, test } from 'vitest'
import { restOf } from '../../db/troubles.ts'
import { createCompaniesHouse } from '../../providers/register/companiesHouse.ts'
import type { RegisteredCompany } from '../../providers/register/register.ts'
import { credentials } from '../../sandbox/credentials.ts'
import { startStaffApi } from '../api/staffHarness.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { failureOf } from '../providers/failureOf.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ register: sandbox.companiesHouse() }))
afterEach(() => fetch(`${sandbox.url}/control/faults`, { method: 'DELETE' }))

const find = (text: string) => sandbox.companiesHouse().search(text)
const numbers = (found: RegisteredCompany[]) => found.map(({ number }) => number)
const fault = (
  kind: string,
  more: { times?: number; retryAfterSeconds?: number; delayMs?: number; operation?: string } = {},
) => sandbox.fault({ provider: 'companiesHouse', kind, ...more })

describe('Companies House', () => {
  test('name found', { meta: { outcome: 'success' } }, async () => {
    expect(await find('brook')).toMatchObject([
      { number: '11998877', name: 'BROOK & SON LTD', status: 'active' },
      { number: '12121212' },
      { number: '03344556', status: 'dissolved' },
    ])
  })

  test('number with zeros', async () => {
    const found = await find('1234567')
    expect(found.map(({ name }) => name)).toEqual(['HARBOUR BAKERY LTD', '1234567 HOLDINGS LTD'])
    expect(found[0]!.number).toBe('01234567')
  })

  test('letters', async () => {
    expect(numbers(await find('sc123456'))).toEqual(['SC123456'])
    expect(numbers(await find('R0000123'))).toEqual(['R0000123'])
  })

  test('unknown number', async () => {
    expect(await find('99999999')).toEqual([])
    const asked = await api.call('registry/companies?q=99999999')
    expect([asked.status, asked.body.items]).toEqual([200, []])
  })

  test('item without title, without address, without status', async () => {
    await fault('gaps')
    const found = await find('harbour')
    expect(numbers(found)).toEqual(['09876543', 'SC123456', '04455667'])
    expect(found[0]).toMatchObject({ address: null, locality: null })
    expect(found[1]).toMatchObject({ status: null, isEnded: false })
  })

  test('dissolved', async () => {
    const found = await find('harbour')
    expect(found.at(-1)).toMatchObject({ number: '04455667', status: 'dissolved', isEnded: true })
    expect(found.filter(({ isEnded }) => isEnded)).toHaveLength(1)
    // test/browser/wizard.test.ts proves that choosing it needs a confirmation.
    const asked = await api.call('registry/companies?q=haulage')
    expect(asked.body.items).toMatchObject([{ number: '04455667', isEnded: true }])
  })

  test('unknown status or type', async () => {
    expect(await find('brookside')).toMatchObject([{ status: 'some-new-key', isEnded: false }])
  })

  test('key wrong / IP rule', { meta: { outcome: 'credentials refused' } }, async () => {
    const wrongKey = sandbox.companiesHouse({ apiKey: 'other' }).search('harbour')
    await expect(wrongKey).rejects.toMatchObject({
      kind: 'misconfigured',
      message: 'Companies House does not accept our key.',
    })
    await fault('forbidden')
    const asked = await api.call('registry/companies?q=tidewater')
    expect([asked.status, asked.body.detail]).toEqual([
      503,
      "Companies House isn't answering. Type the name and go on.",
    ])
    expect(api.logged.join('')).toContain('does not accept our key from this address')
    expect(await api.owner`SELECT reason FROM provider_trouble WHERE service = 'registry'`).toEqual([
      { reason: 'Companies House does not accept our key from this address.' },
    ])
  })

  test('limit', { meta: { outcome: '429' } }, async () => {
    const config = { apiKey: credentials.companiesHouse.apiKey, baseUrl: `${sandbox.url}/companies-house` }
    // Two processes share nothing but the database.
    const [one, other] = [1, 2].map(() => createCompaniesHouse(config, Date.now, restOf(api.deps.db, 'registry')))
    await fault('rate_limited', { retryAfterSeconds: 40 })
    expect(await failureOf(one!.search('foxglove'))).toMatchObject({ kind: 'rate_limited' })
    const { retryAfterMs } = (await failureOf(other!.search('foxglove'))) as { retryAfterMs: number }
    expect(retryAfterMs).toBeGreaterThan(30_000)
    expect(retryAfterMs).toBeLessThanOrEqual(41_000)
    await api.owner`UPDATE provider_trouble SET rests_until = clock_timestamp() WHERE code = 'rate_limit'`
    expect(numbers(await other!.search('foxglove'))).toEqual(['10203040'])
  })

  test('slow', { meta: { outcome: 'time-out before effect' } }, async () => {
    await fault('slow', { delayMs: 4_000 })
    expect(await failureOf(find('moorhen'))).toMatchObject({ kind: 'unavailable' })
  })

  test('outage, and answers in another form', {
    meta: { outcome: ['outage', 'malformed', 'time-out before effect'] },
  }, async () => {
    for (const kind of ['server_error', 'malformed', 'connection_reset']) {
      await fault(kind, { times: 3 })
      expect([kind, await failureOf(find('moorhen'))]).toMatchObject([kind, { kind: 'unavailable' }])
      await fetch(`${sandbox.url}/control/faults`, { method: 'DELETE' })
    }
  })

  test('fields that no contract names change nothing', { meta: { outcome: 'extra fields' } }, async () => {
    await fault('extra_fields', { times: -1 })
    expect(numbers(await find('brook & son'))).toEqual(['11998877'])
  })

  test('odd text', async () => {
    for (const text of ['brook & son', '100% wool', 'a/b', '🥐 bakery', "jo's?", 'x#y=z']) {
      const asked = await api.call(`registry/companies?q=${encodeURIComponent(text)}`)
      expect([text, asked.status]).toEqual([text, 200])
    }
    expect(numbers(await find('brook & son'))).toEqual(['11998877'])
  })
})
