import { expect, test } from 'vitest'
import { z } from 'zod'
import { endpoint } from '../../api/endpoint.ts'

const described = {
  method: 'get',
  path: '/onboardings/{id}/something',
  summary: 'Something',
  params: z.strictObject({ id: z.uuid() }),
  answer: { status: 200, description: 'It.', schema: z.object({}) },
  handle: async () => ({ body: {} }),
} as const

test('an endpoint that does not say its right and what it is about does not compile', () => {
  expect(endpoint({ ...described, right: 'see_clients', about: 'onboarding' }).access).toEqual({
    scope: 'read',
    right: 'see_clients',
    about: 'onboarding',
  })
  // @ts-expect-error: without a right
  endpoint({ ...described, about: 'onboarding' })
  // @ts-expect-error: without `about`
  endpoint({ ...described, right: 'see_clients' })
  // @ts-expect-error: an unknown `about`
  endpoint({ ...described, right: 'see_clients', about: 'weather' })
})

test('an endpoint about a thing of a client does not compile without its id', () => {
  const { params: _, ...without } = described
  // @ts-expect-error: the path does not name the client
  endpoint({ ...without, path: '/something', right: 'see_clients', about: 'onboarding' })
  expect(endpoint({ ...without, path: '/something', right: 'see_clients', about: 'clients' }).params.shape).toEqual({})
})

test('a key needs the scope read for a GET, and write for anything else', () => {
  const access = { right: 'see_clients', about: 'onboarding' } as const
  const scopeOf = (method: 'get' | 'post' | 'patch' | 'put' | 'delete') =>
    endpoint({ ...described, ...access, method }).access?.scope
  expect(scopeOf('get')).toBe('read')
  for (const method of ['post', 'patch', 'put', 'delete'] as const) expect(scopeOf(method)).toBe('write')
})
