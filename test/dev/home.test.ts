import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openHome } from '../../dev/stack/home.ts'

test('a home from before a role existed gets its password at the next start, and keeps all others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'embark-home-'))
  try {
    const { secrets } = await openHome(folder)
    const file = join(folder, 'secrets.json')
    const { support: _new, ...before } = secrets.staffPasswords
    writeFileSync(file, JSON.stringify({ ...secrets, staffPasswords: before }))
    const opened = await openHome(folder)
    expect(opened.secrets).toEqual({
      ...secrets,
      staffPasswords: { ...before, support: expect.stringMatching(/^[0-9a-f]{36}$/) },
    })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(opened.secrets)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
