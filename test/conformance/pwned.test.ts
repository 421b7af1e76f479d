import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { createPwned } from '../../providers/breach/pwned.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox, type Fault } from '../providers/againstSandbox.ts'
import { failureOf } from '../providers/failureOf.ts'
import { scriptedServer } from '../providers/scriptedServer.ts'

const sandbox = forFile(againstSandbox)
afterEach(() => fetch(`${sandbox.url}/control/faults`, { method: 'DELETE' }))

const during = (kind: Fault['kind']) => sandbox.fault({ provider: 'pwned', kind, times: -1 })
const asked = () => failureOf(sandbox.pwned().isBreached('password1234'))

describe('Stolen passwords', () => {
  test('stolen', { meta: { outcome: 'success' } }, async () => {
    expect(await sandbox.pwned().isBreached('password1234')).toBe(true)
  })

  test('not stolen', async () => {
    expect(await sandbox.pwned().isBreached('three words make one')).toBe(false)
  })

  test('padding counts for nothing, and five characters of a hash are all that is told', async () => {
    const hash = createHash('sha1').update('a padded password').digest('hex').toUpperCase()
    const server = await scriptedServer(() => ({
      text: `0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n${hash.slice(5)}:0\r\n`,
    }))
    try {
      expect(await createPwned({ baseUrl: server.url }).isBreached('a padded password')).toBe(false)
      expect(server.asked).toMatchObject([
        { url: `/range/${hash.slice(0, 5)}`, headers: { 'add-padding': 'true', 'user-agent': 'embark' } },
      ])
    } finally {
      await server.close()
    }
  })

  test('not the list: unknown', { meta: { outcome: 'malformed' } }, async () => {
    await during('html')
    expect(await asked()).toMatchObject({ kind: 'unavailable' })
    for (const text of ['', '{}', 'OK', '0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n<html>']) {
      const server = await scriptedServer(() => ({ text }))
      const { isBreached } = createPwned({ baseUrl: server.url })
      expect(await failureOf(isBreached('three words make one')), text).toMatchObject({ kind: 'unavailable' })
      await server.close()
    }
  })

  test('led elsewhere: unknown', async () => {
    await during('redirect')
    expect(await asked()).toMatchObject({ kind: 'refused' })
  })

  test('away', { meta: { outcome: ['outage', 'time-out before effect'] } }, async () => {
    for (const kind of ['server_error', 'connection_reset', 'hang_before']) {
      await during(kind)
      expect([kind, await asked()]).toMatchObject([kind, { kind: 'unavailable' }])
      await fetch(`${sandbox.url}/control/faults`, { method: 'DELETE' })
    }
  })

  test('rate_limited', { meta: { outcome: '429' } }, async () => {
    await during('rate_limited')
    expect(await asked()).toMatchObject({ kind: 'rate_limited' })
  })
})
