import { createConfig, lintFromString } from '@redocly/openapi-core'
import { expect, test } from 'vitest'
import { createOpenApi } from '../../../api/openapi/document.ts'

test('a linter finds nothing to warn of in the OpenAPI document', async () => {
  const source = JSON.stringify(createOpenApi('https://embark.example'))
  const config = await createConfig({ extends: ['recommended'] })
  const found = await lintFromString({ source, absoluteRef: 'openapi.json', config })
  const told = found.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer})`)
  expect(told).toEqual([])
})
