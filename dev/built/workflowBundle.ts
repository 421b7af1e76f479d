import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { kept } from './kept.ts'
import { markOfSources } from './sources.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Bundles the workflow code into one file and returns its path. Builds again only when its inputs changed: the pure
 * code, the bundling, the packages' versions. It saves two seconds of compiling at each start of the worker and each
 * restart after a kill.
 */
export const keptWorkflowBundle = (): Promise<string> =>
  kept('workflows', markOfSources(['worker/bundle.ts', 'package-lock.json'], ['domain', 'workflows']), (path) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', 'worker/bundle.ts', path], { cwd: root }),
  )
