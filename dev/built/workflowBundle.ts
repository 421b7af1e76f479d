import { execFile } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { markOfSources } from './sources.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const prefix = 'workflow-bundle-'

/**
 * The workflow code as one file in the state folder, built again only when what it is made of has changed: the pure
 * code, how it is bundled, the packages' versions. It spares every start of the worker, and every restart of a killed
 * one, two seconds of compiling.
 */
export async function keptWorkflowBundle(folder: string): Promise<string> {
  const name = `${prefix}${markOfSources(['worker/bundle.ts', 'package-lock.json'], ['domain', 'workflows'])}.js`
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
