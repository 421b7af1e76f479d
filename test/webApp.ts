import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { keptWebApp } from '../dev/built/webApp.ts'

/** The folder of the staff app, built from the sources as they are: once, whichever test comes first. */
export function builtWebApp(): Promise<string> {
  // Of this checkout alone: another one's run clears away what it does not know.
  const folder = fileURLToPath(new URL('../node_modules/.cache/embark-web', import.meta.url))
  mkdirSync(folder, { recursive: true })
  return keptWebApp(folder)
}
