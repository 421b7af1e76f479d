import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keptWebApp } from '../dev/webApp.ts'

/** The folder of the staff app, built from the sources as they are: once, whichever test comes first. */
export function builtWebApp(): Promise<string> {
  const folder = join(tmpdir(), 'embark-test-web')
  mkdirSync(folder, { recursive: true })
  return keptWebApp(folder)
}
