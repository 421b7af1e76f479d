/** A page as a visitor sees it: its final address, status and HTML. */
export type Page = { url: string; status: number; html: string }

/** A browser without a screen: keeps cookies per origin, follows redirects, posts forms. */
export class Visitor {
  readonly #cookies = new Map<string, Map<string, string>>()

  open(url: string): Promise<Page> {
    return this.#go(url, { method: 'GET' })
  }

  /** Posts a form; `action` may be relative to `page`. */
  submit(page: Page, action: string, fields: Record<string, string>): Promise<Page> {
    const url = new URL(action, page.url).href
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin }
    return this.#go(url, { method: 'POST', headers, body: new URLSearchParams(fields).toString() })
  }

  async #go(url: string, init: RequestInit): Promise<Page> {
    let target = url
    let request = init
    for (let hops = 0; hops < 10; hops += 1) {
      const { origin } = new URL(target)
      const cookies = this.#cookies.get(origin) ?? new Map<string, string>()
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const headers = { ...(request.headers as Record<string, string>), ...(cookie && { cookie }) }
      const response = await fetch(target, { ...request, headers, redirect: 'manual' })
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';')
        const at = pair.indexOf('=')
        cookies.set(pair.slice(0, at), pair.slice(at + 1))
      }
      this.#cookies.set(origin, cookies)
      const location = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || location === null) {
        return { url: target, status: response.status, html: await response.text() }
      }
      await response.body?.cancel()
      target = new URL(location, target).href
      request = { method: 'GET' }
    }
    throw new Error(`too many redirects from ${url}`)
  }
}

/** Returns the first heading of a page, as text. */
export function headingOf({ html }: Page): string {
  const inner = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? ''
  return decode(inner.replace(/<[^>]+>/g, '')).trim()
}

/** Returns the first group of the pattern that matched, as text; throws when there is none. */
export function findIn({ html, url }: Page, pattern: RegExp): string {
  const found = pattern
    .exec(html)
    ?.slice(1)
    .find((group) => group !== undefined)
  if (found === undefined) throw new Error(`${url} has nothing like ${pattern}`)
  return decode(found)
}

const decode = (text: string): string =>
  text
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
