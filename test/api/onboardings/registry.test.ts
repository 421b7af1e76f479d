import { expect, test } from 'vitest'
import { createCompaniesHouse } from '../../../providers/register/companiesHouse.ts'
import { forFile } from '../../forFile.ts'
import { againstSandbox } from '../../providers/againstSandbox.ts'
import { deadAddress } from '../../providers/scriptedServer.ts'
import { startStaffApi } from '../staffHarness.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ register: sandbox.companiesHouse() }))

test('a company is found by name and by number, its name written as people write it', async () => {
  const found = await api.call('registry/companies?q=harbour%20bakery')
  expect(found.status).toBe(200)
  expect(found.body.items).toMatchObject([{ number: '01234567', name: 'Harbour Bakery Ltd', locality: 'Leeds' }])
  expect((await api.call('registry/companies?q=sc123456')).body.items).toMatchObject([{ number: 'SC123456' }])
  expect((await api.call('registry/companies?q=zzzz')).body.items).toEqual([])
})

test('a register that is away says so, and how to go on', async () => {
  const register = createCompaniesHouse({ apiKey: 'k', baseUrl: await deadAddress() })
  const cut = await startStaffApi({ register })
  const none = await startStaffApi({ register: null })
  try {
    const away = await cut.call('registry/companies?q=harbour')
    expect([away.status, away.body.code]).toEqual([503, 'provider_unavailable'])
    expect(away.body.detail).toBe("Companies House isn't answering. Type the name and go on.")
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(cut.logged.join('')).not.toContain('harbour')
    const unset = await none.call('registry/companies?q=harbour')
    expect([unset.status, unset.body.code]).toEqual([503, 'provider_unavailable'])
  } finally {
    await Promise.all([cut.stop(), none.stop()])
  }
})

test.each(['', 'q=', 'q=a', `q=${'x'.repeat(101)}`, 'q=a&q=b', 'q=%00%00', 'q=harbour&page=2'])(
  'refused: %s',
  async (query) => {
    const answer = await api.call(`registry/companies?${query}`)
    expect([answer.status, answer.body.code]).toEqual([422, 'validation'])
  },
)
