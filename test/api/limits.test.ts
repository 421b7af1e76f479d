import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { networkOf } from '../../api/network.ts'
import { waitFor } from '../waitFor.ts'
import { type StaffApi, startStaffApi } from './staffHarness.ts'

let api: StaffApi
beforeAll(async () => {
  // As behind one proxy, which reports the address a request came from.
  api = await startStaffApi({ trustProxy: 1 })
})
afterAll(() => api?.stop())

const from = (address: string) => ({ 'x-forwarded-for': address })

describe('limits by network', () => {
  test('an IPv6 network counts by its /64, IPv4 by the address', () => {
    expect(networkOf('2001:db8:1:2:aaaa::1')).toBe(networkOf('2001:db8:1:2:bbbb::2'))
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'))
    expect(networkOf('203.0.113.7')).toBe('203.0.113.7')
    expect(networkOf('::ffff:203.0.113.7')).toBe('203.0.113.7')
  })

  test('a new IPv6 address for every request gains nothing', async () => {
    const ask = (address: string) =>
      api.post('sign-on/find', { email: 'jo@harbour.example' }, { key: null, headers: from(address) })
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => ask(`2001:db8:7:7::${n + 1}`)))
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10)
    expect((await ask('2001:db8:7:8::1')).status).toBe(200)
  })
})

test('unknown API keys are slowed by network; known ones go on', async () => {
  const ask = (key: string, address: string) => api.call('onboardings', { key, headers: from(address) })
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => ask(`emb_guess_${n}`, `2001:db8:9:9::${n + 1}`)),
  )
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(30)
  const slowed = answers.filter(({ status }) => status === 429)
  expect(slowed.map(({ body }) => body.code)).toEqual(Array(10).fill('rate_limited'))
  expect(Number(slowed[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await ask(api.practice.key, '2001:db8:9:9::1')).status).toBe(200)
  expect((await ask('emb_guess', '198.51.100.1')).status).toBe(401)
})

test('a key and a person have so many live streams each; one that ends makes room', async () => {
  const streams: AbortController[] = []
  const open = async (key: string) => {
    const controller = new AbortController()
    const response = await fetch(`${api.url}/api/v1/live`, {
      headers: { authorization: `Bearer ${key}` },
      signal: controller.signal,
    })
    if (response.status === 200) streams.push(controller)
    else controller.abort()
    return response.status
  }
  const other = await api.createPractice()
  try {
    const first = await Promise.all(Array.from({ length: 24 }, () => open(api.practice.key)))
    expect(first.filter((status) => status === 429)).toHaveLength(4)
    expect(await open(other.key)).toBe(200)
    const refused = await api.call('live')
    expect([refused.status, refused.body.code]).toEqual([429, 'too_many_streams'])
    streams[0]?.abort()
    await waitFor('room for another', async () => (await open(api.practice.key)) === 200)
  } finally {
    for (const one of streams) one.abort()
  }
})
