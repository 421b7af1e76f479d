import { DatabaseSync } from 'node:sqlite'

/** A lock that this process holds until it is released or the process ends for any reason. */
export type Lock = { release: () => void }

/**
 * Takes the lock of `file`; returns null when another process has it. It is a lock of the operating system (through
 * SQLite), so a killed process leaves none behind.
 */
export function takeLock(file: string): Lock | null {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    return { release: () => database.close() }
  } catch (problem) {
    database.close()
    if ((problem as { errcode?: number }).errcode === 5) return null // SQLITE_BUSY
    throw problem
  }
}
