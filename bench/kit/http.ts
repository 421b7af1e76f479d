import { createHash, randomBytes } from 'node:crypto'

/** Creates an API key in the API's format, and its hash as the database stores it. */
export function makeKey(): { key: string; sha256: Buffer } {
  const key = `emb_${randomBytes(24).toString('base64url')}`
  return { key, sha256: createHash('sha256').update(key).digest() }
}

/** Creates a client of the staff API for one key. A call throws unless the answer is 2xx. */
export function staffApi(url: string, key: string) {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`)
    return JSON.parse(text) as T
  }
}

/** One person's browser on our client pages: keeps our cookie and does not follow redirects. */
export class Browser {
  #cookie = ''
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
  }

  /** Opens a page or, with fields, sends a form; returns the redirect's address, or null. Throws on 4xx and 5xx. */
  async go(path: string, fields?: Record<string, string>): Promise<string | null> {
    const response = await fetch(`${this.#origin}${path}`, {
      method: fields ? 'POST' : 'GET',
      headers: { cookie: this.#cookie, origin: this.#origin },
      ...(fields && { body: new URLSearchParams(fields) }),
      redirect: 'manual',
    })
    await response.arrayBuffer()
    if (response.status >= 400) throw new Error(`${path}: ${response.status}`)
    const [given] = response.headers.getSetCookie()
    if (given) this.#cookie = given.split(';')[0] ?? ''
    return response.headers.get('location')
  }
}
