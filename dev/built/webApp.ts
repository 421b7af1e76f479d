import { execFile } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { markOfSources } from './sources.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const prefix = 'web-app-'

/**
 * The staff app, built into a folder of the state folder, and again only when what it is made of has changed: its own
 * code, the rules and the schemas it shares with the API, the packages' versions.
 */
export async function keptWebApp(folder: string): Promise<string> {
  const name = `${prefix}${markOfSources(['package-lock.json', 'dev/built/webApp.ts', 'dev/buildWeb.ts'], ['web', 'domain', 'api'], (file) => !file.startsWith('web/generated/'))}`
  const built = join(folder, name)
  if (existsSync(built)) return built
  const half = join(folder, `${name}.${process.pid}`)
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'dev/buildWeb.ts', half], {
    cwd: root,
    // As people get it, whoever builds: with anything else React brings its development half, twice as large.
    env: { ...process.env, NODE_ENV: 'production' },
  })
  // Two builds of the same sources are the same: whoever comes second leaves the first one's.
  try {
    renameSync(half, built)
  } catch {
    rmSync(half, { recursive: true, force: true })
  }
  for (const other of readdirSync(folder)) {
    // `name.pid` is the same being built by somebody else at this moment.
    if (other.startsWith(prefix) && !other.startsWith(name))
      rmSync(join(folder, other), { recursive: true, force: true })
  }
  return built
}
