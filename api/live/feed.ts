import type { Logger } from 'pino'
import { type Changes, readChanges } from '../../db/changes.ts'
import type { Database } from '../../db/client.ts'

/** The time between two reads; changes must show within a second. */
const EVERY_MS = 250
/** The most missed changes that are sent; beyond it the listener must reload. */
const MOST_MISSED = 1_000
const MOST_CHANGES_READ = 10_000

export type Listener = {
  practiceId: string
  /** Receives the changes of its practice, in order, and positions without changes. */
  hear(changes: Changes): void
  /** Called when the process stops; no change follows. */
  end(): void
}

/** The database's changes, for any number of listeners by one reader. */
export type Feed = {
  /**
   * Listens from `since` (an earlier position; null: from now) until the returned function is called. Sends missed
   * changes first. Rejects when the database does not answer.
   */
  listen(listener: Listener, since: string | null): Promise<() => void>
  /** Ends every listener and stops reading. */
  close(): Promise<void>
}

/** Creates the feed of a process. It reads only while there are listeners. */
export function createFeed(db: Database, logger: Logger): Feed {
  const listeners = new Set<Listener>()
  let reader: ReturnType<typeof startReader> | null = null
  let isClosed = false

  /** Follows the log from its present end; `begun` resolves once that position is known. */
  const startReader = () => {
    let position: string | null = null
    let timer: NodeJS.Timeout | null = null
    let reading: Promise<void> | null = null
    let isStopped = false
    let isAway = false
    const read = async (): Promise<void> => {
      try {
        const found = await readChanges(db, position, null, MOST_CHANGES_READ)
        position = laterOf(found.position, position)
        isAway = false
        for (const listener of listeners) listener.hear(ofPractice({ ...found, position }, listener.practiceId))
      } catch (error) {
        if (!isAway) logger.warn({ error }, 'what changed cannot be read; listeners are told once it can')
        isAway = true
      }
    }
    const readAgain = (): void => {
      if (isStopped) return
      timer = setTimeout(() => {
        reading = read().then(readAgain)
      }, EVERY_MS)
    }
    const begun = readChanges(db, null, null, 0).then((found) => {
      position = found.position
      readAgain()
    })
    const stop = async (): Promise<void> => {
      isStopped = true
      if (timer) clearTimeout(timer)
      await reading
    }
    return { begun, stop }
  }

  const leave = (listener: Listener): void => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    void reader?.stop()
    reader = null
  }

  return {
    listen: async (listener, since) => {
      if (isClosed) {
        listener.end()
        return () => {}
      }
      // Listening begins before missed changes are read, so that none falls between the two.
      const early: Changes[] = []
      let hear = (changes: Changes): void => void early.push(changes)
      const kept: Listener = { ...listener, hear: (changes) => hear(changes) }
      listeners.add(kept)
      reader ??= startReader()
      try {
        await reader.begun
        const missed = await readMissed(db, since, listener.practiceId)
        hear = listener.hear
        hear(missed)
        for (const changes of early) if (BigInt(changes.position) > BigInt(missed.position)) hear(changes)
      } catch (error) {
        leave(kept)
        throw error
      }
      return () => leave(kept)
    },
    close: async () => {
      isClosed = true
      for (const listener of [...listeners]) listener.end()
      listeners.clear()
      await reader?.stop()
    },
  }
}

/** Returns the later of two positions: the next one may be earlier by a transaction of another database that just ended. */
const laterOf = (next: string, before: string | null): string =>
  before !== null && BigInt(before) > BigInt(next) ? before : next

/** Reads missed changes. A position ahead of the log is from another database (a restore), so all is reloaded. */
async function readMissed(db: Database, since: string | null, practiceId: string): Promise<Changes> {
  const missed = await readChanges(db, since, practiceId, MOST_MISSED)
  const isAhead = since !== null && BigInt(since) > BigInt(missed.position)
  return isAhead ? { ...missed, tooMany: true } : missed
}

function ofPractice({ changed, ...rest }: Changes, practiceId: string): Changes {
  const mine = changed.filter((one) => one.practiceId === practiceId)
  return mine.length > MOST_MISSED ? { ...rest, changed: [], tooMany: true } : { ...rest, changed: mine }
}
