import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { kept } from './kept.ts'
import { markOfSources } from './sources.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Builds the staff app and returns its folder. Builds again only when its inputs changed: its own code, the rules and
 * the schemas it shares with the API, the packages' versions.
 */
export function keptWebApp(): Promise<string> {
  const files = ['package-lock.json', 'dev/built/webApp.ts', 'dev/buildWeb.ts']
  const mark = markOfSources(files, ['web', 'domain', 'api'], (file) => !file.startsWith('web/generated/'))
  return kept('web', mark, (folder) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', 'dev/buildWeb.ts', folder], {
      cwd: root,
      // Production mode, whatever the caller's environment: with any other value React includes its development half,
      // twice as large.
      env: { ...process.env, NODE_ENV: 'production' },
    }),
  )
}
