import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Returns a hash of sources, equal for equal content: of these files, and of the files in these folders for whose names
 * `counts` is true. All paths are relative to the repository's root.
 */
export function markOfSources(
  files: string[],
  folders: string[],
  counts: (name: string) => boolean = (name) => /\.tsx?$/.test(name),
): string {
  const found = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
      .filter(counts),
  )
  const hash = createHash('sha256')
  for (const file of [...files, ...found].sort()) hash.update(`${file}\n`).update(readFileSync(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}
