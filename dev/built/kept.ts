import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder is inside the checkout: packages are not found from elsewhere. */
const folder = fileURLToPath(new URL('../../node_modules/.cache/embark', import.meta.url))

/** Builds of other sources are kept as long as a start of theirs may still run. */
const BUILD_KEPT_MS = 7 * 24 * 3_600_000

/**
 * Returns the path of a build, which `build` writes only when there is none of these sources: `mark` tells them apart.
 * Every start, test and measurement of a checkout shares it.
 */
export async function kept(kind: string, mark: string, build: (path: string) => Promise<unknown>): Promise<string> {
  const path = join(folder, `${kind}-${mark}`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const half = `${path}.${process.pid}`
  await build(half)
  // Two builds of the same sources are equal: the second one keeps the first one's result.
  try {
    renameSync(half, path)
  } catch {
    rmSync(half, { recursive: true, force: true })
  }
  for (const other of readdirSync(folder).map((name) => join(folder, name))) {
    const made = statSync(other, { throwIfNoEntry: false })
    if (made && Date.now() - made.mtimeMs > BUILD_KEPT_MS) rmSync(other, { recursive: true, force: true })
  }
  return path
}
