import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { keptWebApp } from '../dev/built/webApp.ts'

/** Returns the folder of the staff app, built once from the present sources by the first test that needs it. */
export function builtWebApp(): Promise<string> {
  // Inside this checkout, because a run of another checkout deletes builds it does not know.
  const folder = fileURLToPath(new URL('../node_modules/.cache/embark-web', import.meta.url))
  mkdirSync(folder, { recursive: true })
  return keptWebApp(folder)
}
