import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { endpoints, openEndpoints } from '../../../api/staff/endpoints.ts'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'
import { readDocument } from './document.ts'

const api = forFile(startStaffApi)

describe('the OpenAPI document', () => {
  test('holds every route', async () => {
    const { status, body } = await api.call('/openapi.json', { key: null })
    expect(status).toBe(200)
    expect(body.openapi).toBe('3.1.0')
    const described = Object.entries<Record<string, unknown>>(body.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    )
    const all = [{ method: 'get', path: '/live' }, ...openEndpoints, ...endpoints]
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
      const wall = operation.security.length === 0 ? [] : ['401', '403']
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

  test('tells of each operation its name for a client, who may call it, and the headers it goes by', async () => {
    const { document, operations } = await readDocument(api)
    expect(document.info.description).toContain('/api/v2')
    for (const { id, name, security, parameters, answers, method } of operations) {
      expect(id, name).toMatch(/^[a-z]+([A-Z][a-z]*)*$/)
      expect(id, name).not.toMatch(/^api|V1|Endpoint$|Id[A-Z]/)
      const isOpen = security.length === 0
      const takes = (header: string) => parameters.some((one) => one.in === 'header' && one.name === header)
      expect([name, takes('Embark-Practice')]).toEqual([name, !isOpen])
      if (!isOpen) expect(security, name).toContainEqual({ session: [] })
      for (const [status, { headers }] of Object.entries(answers)) {
        const named = Object.keys(headers)
        expect(named, `${name} ${status}`).toEqual(
          expect.arrayContaining(['x-request-id', 'ratelimit', 'ratelimit-policy']),
        )
        if (status === '429' || status === '503') expect(headers['retry-after']?.required, name).toBe(true)
        if (status === '304' || (method === 'GET' && status === '200' && !name.endsWith('/live'))) {
          expect(headers.etag?.required, name).toBe(true)
        }
      }
      if (takes('Idempotency-Key')) {
        const success = Object.entries(answers).find(([status]) => status < '300')![1]
        expect(Object.keys(success.headers), name).toContain('idempotency-replayed')
      }
    }
    const noKey = operations.filter(({ security }) => security.length === 1).map(({ id }) => id)
    expect(noKey).toEqual(
      expect.arrayContaining(['createApiKey', 'changePractice', 'inviteMember', 'listAudit', 'eraseOrganisation']),
    )
    expect(noKey).not.toContain('createOnboarding')
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
  security: unknown[]
  operationId: string
  parameters?: { in: string; name: string }[]
  responses: Record<string, unknown>
}
