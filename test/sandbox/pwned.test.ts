import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandbox } from '../../sandbox/server.ts'

let sandbox: Awaited<ReturnType<typeof startSandbox>>
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox?.close())

const ask = async (prefix: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${sandbox.url}/pwned/range/${prefix}`, { headers })
  return { status: response.status, text: await response.text() }
}

test('a range is suffixes of 35 characters with counts, sorted, padded when asked', async () => {
  const plain = (await ask('21BD1')).text.split('\r\n')
  for (const line of plain) expect(line).toMatch(/^[0-9A-F]{35}:\d+$/)
  expect(plain).toEqual([...plain].sort())
  const padded = (await ask('21bd1', { 'Add-Padding': 'true' })).text.split('\r\n')
  expect(padded.filter((line) => line.endsWith(':0'))).toHaveLength(400)
  expect(padded.filter((line) => !line.endsWith(':0'))).toEqual(plain)
})

test('a request without a prefix is refused', async () => {
  for (const prefix of ['21BD', '21BD12', 'XYZ12']) expect((await ask(prefix)).status).toBe(400)
})
