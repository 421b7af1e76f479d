import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleWorkflows } from '../worker/bundle.ts'

const root = new URL('..', import.meta.url)

/** Returns the path of the workflow bundle, built once for each state of the code; tests and workers share it. */
export async function workflowBundle(): Promise<string> {
  const hash = createHash('sha256').update(createRequire(import.meta.url)('@temporalio/worker/package.json').version)
  for (const folder of ['workflows', 'domain']) {
    const names = readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).sort()
    for (const name of names) {
      if (name.endsWith('.ts')) hash.update(name).update(readFileSync(new URL(`${folder}/${name}`, root)))
    }
  }
  const path = join(tmpdir(), `embark-workflows-${hash.digest('hex').slice(0, 16)}.js`)
  if (!existsSync(path)) {
    const part = `${path}.${process.pid}`
    writeFileSync(part, await bundleWorkflows())
    renameSync(part, path)
  }
  return path
}
