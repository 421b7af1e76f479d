import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { endpoints, openEndpoints } from '../../api/staff/endpoints.ts'
import { type StaffApi, startStaffApi } from './staffHarness.ts'

let api: StaffApi
beforeAll(async () => {
  api = await startStaffApi()
})
afterAll(() => api?.stop())

describe('the OpenAPI document', () => {
  test('holds every route', async () => {
    const { status, body } = await api.call('/openapi.json', { key: null })
    expect(status).toBe(200)
    expect(body.openapi).toBe('3.1.0')
    const described = Object.entries<Record<string, unknown>>(body.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    )
    const all = [...openEndpoints, ...endpoints]
    expect(described.sort()).toEqual(all.map(({ method, path }) => `${method} /api/v1${path}`).sort())
  })

  test('is sound: unique names, resolvable references, path parameters described, JSON Schema throughout', async () => {
    const { body } = await api.call('/openapi.json', { key: null })
    const operations = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, found]) =>
      Object.values(found).map((operation) => ({ path, operation })),
    )
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, operation } of operations) {
      const described = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => `{${one.name}}`)
      expect(described.sort(), path).toEqual((path.match(/\{\w+\}/g) ?? []).sort())
      const wall = operation.security ? [] : ['401', '403']
      for (const status of [...wall, '429', '500']) expect(Object.keys(operation.responses)).toContain(status)
    }
    for (const [reference] of JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const path = reference.slice('"$ref":"#/'.length, -1).split('/')
      expect(
        path.reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], body),
        reference,
      ).toBeDefined()
    }
    const text = JSON.stringify(body.components.schemas).replaceAll('#/components/schemas/', '#/$defs/')
    const $defs = JSON.parse(text) as Record<string, object>
    for (const name of Object.keys($defs)) {
      expect(() => z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs } as never), name).not.toThrow()
    }
  })

  test('its reference page loads nothing from elsewhere', async () => {
    const page = await api.call('/docs', { key: null })
    expect(page.status).toBe(200)
    expect(page.text).not.toMatch(/(src|href)="(https?:)?\/\//)
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';")
    for (const [, file] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await api.call(file ?? '', { key: null })).status, file).toBe(200)
    }
  })
})

type Operation = {
  security?: unknown[]
  operationId: string
  parameters?: { in: string; name: string }[]
  responses: Record<string, unknown>
}
