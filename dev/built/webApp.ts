import { execFile } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { markOfSources } from './sources.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const prefix = 'web-app-'

/**
 * Builds the staff app into a subfolder of the state folder and returns it. Builds again only when its inputs changed:
 * its own code, the rules and the schemas it shares with the API, the packages' versions.
 */
export async function keptWebApp(folder: string): Promise<string> {
  const name = `${prefix}${markOfSources(['package-lock.json', 'dev/built/webApp.ts', 'dev/buildWeb.ts'], ['web', 'domain', 'api'], (file) => !file.startsWith('web/generated/'))}`
  const built = join(folder, name)
  if (existsSync(built)) return built
  const half = join(folder, `${name}.${process.pid}`)
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'dev/buildWeb.ts', half], {
    cwd: root,
    // Production mode, whatever the caller's environment: with any other value React includes its development half,
    // twice as large.
    env: { ...process.env, NODE_ENV: 'production' },
  })
  // Two builds of the same sources are equal: the second one keeps the first one's result.
  try {
    renameSync(half, built)
  } catch {
    rmSync(half, { recursive: true, force: true })
  }
  for (const other of readdirSync(folder)) {
    // `name.pid` is the same version that another process is building now.
    if (other.startsWith(prefix) && !other.startsWith(name))
      rmSync(join(folder, other), { recursive: true, force: true })
  }
  return built
}
