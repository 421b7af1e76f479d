import type postgres from 'postgres'

/** The engine has taken this run, and knows its facts up to `seq`. */
export type Stamp = { practiceId: string; onboardingId: string; run: number; seq: number }

export type Stamps = {
  /** Has a stamp written with the next ones, within half a second. One that is lost is made up for by the reconciler. */
  add(stamp: Stamp): void
  /** Writes what is gathered now. */
  flush(): Promise<void>
}

/** Most stamps are overtaken by then: a command of the run itself writes the same, and the row is left alone. */
const GATHERED_MS = 500

/**
 * Gathers stamps and writes them in one statement. It waits for no row: one that somebody has locked is about to change, so
 * its stamp is kept for the next time.
 */
export function gatherStamps(sql: postgres.Sql): Stamps {
  let gathered = new Map<string, Stamp>()
  let timer: NodeJS.Timeout | null = null
  const add = (stamp: Stamp) => {
    const known = gathered.get(stamp.onboardingId)
    if (!known || known.run < stamp.run || (known.run === stamp.run && known.seq < stamp.seq)) {
      gathered.set(stamp.onboardingId, stamp)
    }
    timer ??= setTimeout(() => void flush(), GATHERED_MS).unref()
  }
  const flush = async () => {
    if (timer) clearTimeout(timer)
    timer = null
    const stamps = [...gathered.values()]
    gathered = new Map()
    if (stamps.length === 0) return
    const locked = await writeStamps(sql, stamps).catch((): string[] => [])
    for (const stamp of stamps) if (locked.includes(stamp.onboardingId)) add(stamp)
  }
  return { add, flush }
}

/** Writes stamps; returns the onboardings that are locked by others and still lack theirs. */
async function writeStamps(sql: postgres.Sql, stamps: Stamp[]): Promise<string[]> {
  const of = <K extends keyof Stamp>(key: K) => stamps.map((stamp) => stamp[key])
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM stamp_notified(${of('practiceId')}::uuid[], ${of('onboardingId')}::uuid[], ${of('run')}::integer[],
      ${of('seq')}::integer[]) AS id`
  return rows.map(({ id }) => id)
}
