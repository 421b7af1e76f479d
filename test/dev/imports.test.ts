import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'embark-imports-'))

const files: Record<string, string> = {
  'domain/situation.ts': `export const a = 1`,
  'domain/crypto.ts': `import 'node:crypto'\nimport './situation.ts'`,
  'domain/zod.ts': `import 'zod'\nimport './situation.ts'`,
  'domain/upwards.ts': `import '../db/client.ts'`,
  'db/client.ts': `import '../domain/situation.ts'\nimport 'postgres'`,
  'activities/invite.ts': `import '../db/client.ts'\nexport type Invite = 1`,
  'workflows/contract.ts': `import '../domain/situation.ts'\nimport '@temporalio/workflow'`,
  'workflows/typed.ts': `import type { Invite } from '../activities/invite.ts'\nimport '../domain/situation.ts'\nexport type A = Invite`,
  'workflows/valued.ts': `import '../activities/invite.ts'`,
  'workflows/client.ts': `import '@temporalio/client'`,
  'workflows/database.ts': `import '../db/client.ts'`,
  'commands/create.ts': `import '../workflows/contract.ts'\nimport '../db/client.ts'`,
  'commands/wrong.ts': `import '../workflows/typed.ts'`,
  'messages/outbox.ts': `import '../commands/create.ts'\nimport '../db/client.ts'`,
  'messages/wrong.ts': `import '../pages/two.ts'`,
  'api/main.ts': `import '../commands/create.ts'\nimport 'express'`,
  'api/wrong.ts': `import '../activities/invite.ts'`,
  'sandbox/server.ts': `import 'express'\nimport 'node:http'`,
  'sandbox/wrong.ts': `import '../domain/situation.ts'\nimport 'zod'`,
  'providers/wrong.ts': `import '../db/client.ts'\nimport 'vitest'`,
  'worker/main.ts': `import '../activities/invite.ts'\nimport '../workflows/contract.ts'\nimport '../api/main.ts'`,
  'pages/one.ts': `import { two } from './two.ts'\nexport const one = () => two`,
  'pages/two.ts': `import { one } from './one.ts'\nexport const two = () => one`,
  'pages/alone.ts': `export const alone = 1`,
}

const violations = [
  'commands-imports: commands/wrong.ts → workflows/typed.ts',
  'api-imports: api/wrong.ts → activities/invite.ts',
  'domain-built-ins: domain/crypto.ts → crypto',
  'domain-imports: domain/upwards.ts → db/client.ts',
  'domain-packages: domain/zod.ts → node_modules/zod/',
  'messages-imports: messages/wrong.ts → pages/two.ts',
  'no-cycles: pages/one.ts →',
  'no-dev-packages-in-production: providers/wrong.ts → node_modules/vitest/',
  'no-orphans: pages/alone.ts',
  'providers-imports: providers/wrong.ts → db/client.ts',
  'sandbox-imports: sandbox/wrong.ts → domain/situation.ts',
  'sandbox-packages: sandbox/wrong.ts → node_modules/zod/',
  'worker-imports: worker/main.ts → api/main.ts',
  'workflows-activities-as-types: workflows/valued.ts → activities/invite.ts',
  'workflows-imports: workflows/database.ts → db/client.ts',
  'workflows-packages: workflows/client.ts → node_modules/@temporalio/client/',
]

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the import table holds: what it allows passes, everything else is named', async () => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  writeFileSync(
    join(folder, 'linked.mjs'),
    `import rules from ${JSON.stringify(join(root, '.dependency-cruiser.mjs'))}
    export default { ...rules, options: { ...rules.options, preserveSymlinks: true } }`,
  )
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'), '--config', 'linked.mjs', '.'],
    { cwd: folder, env: { ...process.env, NO_COLOR: '1' } },
  ).catch((problem: { stdout: string }) => problem)
  const named = stdout.split('\n').flatMap((line) => (line.trim().startsWith('error ') ? [line.trim().slice(6)] : []))
  for (const violation of violations) expect(named.filter((line) => line.startsWith(violation))).not.toEqual([])
  expect(named).toHaveLength(violations.length)
})
