import { describe, expect, test } from 'vitest'
import { forFile } from '../forFile.ts'
import { startClientSide } from './client/clientHarness.ts'

const side = forFile(startClientSide)

const asBrowser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const open = (path: string, headers: Record<string, string> = asBrowser) =>
  fetch(`${side.localUrl}${path}`, { headers, redirect: 'manual' })

describe('an address that nothing is behind', () => {
  test.each(['/nowhere', '/clientz/1', '/%', '/logo/none.png', '/hooks/nobody'])(
    '%s: a browser gets a page with a way on',
    async (path) => {
      const answer = await open(path)
      const html = await answer.text()
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
      expect(html).toContain('There is no page here')
      expect(html).toContain('href="/sign-in"')
      expect(html).toContain('href="/home/sign-in"')
    },
  )

  test.each([
    '/j',
    '/j/x',
    '/j/x/y/z',
    '/j/%',
    '/s',
    '/s/x/y',
    '/home/x/y/z',
    '/home/%',
    '/connect',
    '/connect/x',
    '/connect/%',
  ])('%s: a client gets a page, whatever their browser says it wants', async (path) => {
    for (const accept of [asBrowser.accept, '*/*']) {
      const answer = await open(path, { accept })
      expect(answer.headers.get('content-type') ?? 'to another page').not.toContain('json')
      if (answer.status !== 303)
        expect(await answer.text()).toMatch(/<main[\s\S]*<a (class="go" )?href="\/home\/sign-in"/)
    }
  })

  test('programs, and all of /api, get the problem', async () => {
    for (const [path, headers] of [
      ['/nowhere', { accept: '*/*' }],
      ['/nowhere', { accept: 'application/json' }],
      ['/api/v1/nowhere', asBrowser],
      ['/api/nowhere', asBrowser],
    ] as const) {
      const answer = await open(path, headers)
      expect([path, answer.headers.get('content-type')]).toEqual([path, 'application/problem+json'])
    }
  })

  test.each([
    ['/login', '/sign-in'],
    ['/signup', '/sign-up'],
    ['/account', '/me/profile'],
  ])('%s leads to %s', async (path, to) => {
    const answer = await open(path)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, to])
  })
})
