import { DatabaseSync } from 'node:sqlite'

/** A lock held by this process until it is released or the process ends, in whatever way. */
export type Lock = { release: () => void }

/**
 * Takes the lock that `file` stands for; null when another process has it. The lock is one of the operating system's
 * (by way of SQLite), so that a killed process leaves none behind.
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
