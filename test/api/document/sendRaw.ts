import { request } from 'node:http'
import type { Answer } from '../staffHarness.ts'

export type Raw = { method: string; path: string; headers?: Record<string, string>; body?: string | Buffer }

/** Sends a request that no browser sends: TRACE, a body with a GET, an address that cannot be decoded. */
export function sendRaw(origin: string, { method, path, headers = {}, body }: Raw): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const sent = request({ hostname, port, method, path, headers: { ...length, ...headers } }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8')
        const all = new Headers()
        for (const [name, values] of Object.entries(response.headersDistinct)) {
          for (const value of values ?? []) all.append(name, value)
        }
        const isJson = /json/.test(all.get('content-type') ?? '') && text !== ''
        resolve({ status: response.statusCode ?? 0, headers: all, text, body: isJson ? JSON.parse(text) : null })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
