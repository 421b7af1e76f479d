import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPwned } from '../../providers/breach/pwned.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import { againstSandbox } from './againstSandbox.ts'

let sandbox: Awaited<ReturnType<typeof againstSandbox>>
beforeAll(async () => {
  sandbox = await againstSandbox()
})
afterAll(() => sandbox?.close())

describe('the list of stolen passwords', () => {
  test('holds stolen ones and no others', async () => {
    const pwned = sandbox.pwned()
    expect(await pwned.isBreached('password1234')).toBe(true)
    expect(await pwned.isBreached('three words make one')).toBe(false)
  })

  test('away in whatever way is a failure of its kind, in seconds', async () => {
    const pwned = sandbox.pwned()
    for (const [kind, expected] of [
      ['server_error', 'unavailable'],
      ['rate_limited', 'rate_limited'],
      ['connection_reset', 'unavailable'],
      ['hang_before', 'unavailable'],
    ] as const) {
      const { id } = await sandbox.fault({ provider: 'pwned', kind, times: -1 })
      const error = await pwned.isBreached('password1234').catch((thrown: unknown) => thrown)
      expect(error, kind).toBeInstanceOf(ProviderFailure)
      expect((error as ProviderFailure).kind, kind).toBe(expected)
      await fetch(`${sandbox.url}/control/faults/${id}`, { method: 'DELETE' })
    }
  }, 30_000)

  test('is shown five characters of a hash, and asked for padding, which counts for nothing', async () => {
    const hash = createHash('sha1').update('a padded password').digest('hex').toUpperCase()
    const seen: { url: string; padding: string | undefined; agent: string | undefined }[] = []
    const server = await new Promise<Server>((resolve) => {
      const listening = createServer((request, response) => {
        const { 'add-padding': padding, 'user-agent': agent } = request.headers
        seen.push({ url: request.url ?? '', padding: String(padding), agent })
        response.end(`0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n${hash.slice(5)}:0\r\n`)
      }).listen(0, '127.0.0.1', () => resolve(listening))
    })
    try {
      const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      expect(await createPwned({ baseUrl }).isBreached('a padded password')).toBe(false)
      expect(seen).toEqual([{ url: `/range/${hash.slice(0, 5)}`, padding: 'true', agent: 'embark' }])
    } finally {
      server.close()
    }
  })
})
