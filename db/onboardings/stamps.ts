import type postgres from 'postgres'

/** A delivery: the engine has the run and knows its facts up to `seq`. */
export type Stamp = { practiceId: string; onboardingId: string; run: number; seq: number }

export type Stamps = {
  /** Writes a stamp together with others within half a second. The reconciler repairs a lost one. */
  add(stamp: Stamp): void
  /** Writes the collected stamps now. */
  flush(): Promise<void>
}

/** The time to collect stamps. Most are outdated by its end, because a command of the run itself writes the same. */
const GATHERED_MS = 500

/**
 * Collects stamps and writes them in one statement. It waits for no lock: a locked row is about to change, so its stamp
 * is kept for the next time.
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

/** Writes stamps. Returns the onboardings that others have locked, whose stamps are not written. */
async function writeStamps(sql: postgres.Sql, stamps: Stamp[]): Promise<string[]> {
  const of = <K extends keyof Stamp>(key: K) => stamps.map((stamp) => stamp[key])
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM stamp_notified(${of('practiceId')}::uuid[], ${of('onboardingId')}::uuid[], ${of('run')}::integer[],
      ${of('seq')}::integer[]) AS id`
  return rows.map(({ id }) => id)
}
