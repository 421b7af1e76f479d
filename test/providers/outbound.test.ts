import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createOutbound, isPublicAddress, OutboundFailure } from '../../providers/outbound.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** Starts a server on this machine; returns its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Creates a guarded fetch in which every name resolves to `address`. */
const outboundTo = (address: string) =>
  createOutbound({
    lookup: (_hostname, _options, callback) => callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]),
  })
const here = createOutbound({ allow: ['127.0.0.1'] })
const get = { method: 'GET', headers: {} }
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error instanceof OutboundFailure ? error.reason : error),
  )

describe('an address that somebody else chose', () => {
  test.each([
    ['http://login.example.com', 'not_https'],
    ['ftp://login.example.com', 'not_https'],
    ['https://user:password@login.example.com', 'has_credentials'],
    ['https://login.example.com:8443', 'odd_port'],
    ['https://10.0.0.1', 'not_public'],
    ['https://0x7f.1', 'not_public'],
    ['https://2130706433', 'not_public'],
    ['https://8.8.8.8', 'not_public'],
    ['https://[::1]', 'not_public'],
    ['https://[2606:4700::1111]', 'not_public'],
    ['https://localhost', 'not_public'],
    ['https://embark', 'not_public'],
    ['https://idp.internal', 'not_public'],
    ['https://idp.internal.', 'not_public'],
    ['https://foo.svc', 'not_public'],
    ['https://foo.default.svc.cluster.local', 'not_public'],
    ['https://router.home.arpa', 'not_public'],
    ['https://127.0.0.1.nip.io', 'not_public'],
    ['https://app-10-0-0-1.sslip.io', 'not_public'],
    ['https://login.example.com', null],
    ['https://login.microsoftonline.com/common/v2.0', null],
  ])('%s is refused as %s', (address, reason) => {
    expect(createOutbound().refuses(new URL(address))).toBe(reason)
  })

  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '192.0.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1',
    'fc00::1',
    'ff02::1',
    'nonsense',
  ])('a name that leads to %s is refused when connecting', async (address) => {
    expect(isPublicAddress(address)).toBe(false)
    expect(await reasonOf(outboundTo(address).fetch('https://login.example.com/', get))).toBe('not_public')
  })

  test('public addresses are public', () => {
    expect(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'].map(isPublicAddress)).toEqual([true, true, true])
  })

  test('one inner address among public ones refuses the name', async () => {
    const outbound = createOutbound({
      lookup: (_hostname, _options, callback) =>
        callback(null, [
          { address: '93.184.216.34', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ]),
    })
    expect(await reasonOf(outbound.fetch('https://login.example.com/', get))).toBe('not_public')
  })

  test('a host that the operator allows is reached wherever it is, without https on this machine alone', () => {
    const outbound = createOutbound({ allow: ['idp.corp.internal', '10.0.0.7:8443', '127.0.0.1'] })
    const refuses = (address: string) => outbound.refuses(new URL(address))
    expect(refuses('https://idp.corp.internal:9000')).toBeNull()
    expect(refuses('http://idp.corp.internal')).toBe('not_https')
    expect(refuses('https://10.0.0.7:8443')).toBeNull()
    expect(refuses('https://10.0.0.7')).toBe('not_public')
    expect(refuses('http://127.0.0.1:4311')).toBeNull()
    expect(refuses('http://localhost:4311')).toBe('not_https')
  })

  test('an answer that never ends is given up at the limit of bytes', async () => {
    let written = 0
    const closed = Promise.withResolvers<void>()
    const url = await serve((_request, response) => {
      const part = Buffer.alloc(64 * 1024)
      const more = () => {
        while (!response.destroyed && response.write(part)) written += part.length
        written += part.length
      }
      response.on('drain', more).on('close', closed.resolve)
      more()
    })
    expect(await reasonOf(here.fetch(url, get))).toBe('too_large')
    await closed.promise
    expect(written).toBeLessThan(64 * 1024 * 1024)
  })

  test('an answer that comes in drops is given up after the whole time', async () => {
    const url = await serve((_request, response) => {
      const dripping = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(dripping))
    })
    const impatient = createOutbound({ allow: ['127.0.0.1'], timeoutMs: 300 })
    expect(await reasonOf(impatient.fetch(url, get))).toBe('no_answer')
  })

  test('a redirect is not followed', async () => {
    let visits = 0
    const inner = await serve((_request, response) => {
      visits += 1
      response.end('secrets')
    })
    const url = await serve((_request, response) => response.writeHead(302, { location: inner }).end())
    const answer = await here.fetch(url, get)
    expect([answer.status, visits]).toEqual([302, 0])
  })

  test('request and answer arrive unchanged', async () => {
    const url = await serve((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const { method, headers } = request
        response.writeHead(400, { 'content-type': 'application/json', 'www-authenticate': 'Basic realm="a"' })
        response.end(JSON.stringify({ method, type: headers['content-type'], body: Buffer.concat(parts).toString() }))
      })
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await here.fetch(url, { method: 'POST', headers, body: 'code=x' })
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([400, 'Basic realm="a"'])
    expect(await answer.json()).toEqual({ method: 'POST', type: headers['content-type'], body: 'code=x' })
  })

  test('a server that is away is no fault of ours', async () => {
    expect(await reasonOf(here.fetch('http://127.0.0.1:9', get))).toBe('no_answer')
  })
})
