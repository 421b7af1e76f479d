import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const prefix = 'workflow-bundle-'

/** A mark of everything the workflow bundle is made of: the pure code, how it is bundled, and the packages' versions. */
function markOfSources(): string {
  const files = ['worker/bundle.ts', 'package-lock.json']
  for (const folder of ['domain', 'workflows']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (/\.tsx?$/.test(name)) files.push(join(folder, name))
    }
  }
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(`${file}\n`).update(readFileSync(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}

/**
 * The workflow code as one file in the state folder, built again only when what it is made of has changed. It spares
 * every start of the worker, and every restart of a killed one, two seconds of compiling.
 */
export async function keptWorkflowBundle(folder: string): Promise<string> {
  const name = `${prefix}${markOfSources()}.js`
  const file = join(folder, name)
  if (existsSync(file)) return file
  const half = join(folder, `${name}.${process.pid}`)
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'worker/bundle.ts', half], { cwd: root })
  renameSync(half, file)
  for (const other of readdirSync(folder)) {
    if (other.startsWith(prefix) && other !== name) rmSync(join(folder, other), { force: true })
  }
  return file
}
