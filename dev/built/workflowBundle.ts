import { execFile } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { markOfSources } from './sources.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const prefix = 'workflow-bundle-'

/**
 * Bundles the workflow code into one file in the state folder and returns its path. Builds again only when its inputs
 * changed: the pure code, the bundling, the packages' versions. It saves two seconds of compiling at each start of the
 * worker and each restart after a kill.
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
