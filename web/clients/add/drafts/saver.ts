import { api, bodyOf } from '../../../api/client.ts'
import { asProblem, type Problem } from '../../../api/problem.ts'
import type { Draft, Step } from '../queries.ts'

const PAUSE_MS = 600

type Change = { step?: Step; data?: Record<string, unknown> }

export type Saver = {
  /** Keeps a change once nothing more was typed for a moment. */
  want: (change: Change) => void
  /** Keeps it now. Answers the version that holds all of it, null when it could not be kept. */
  flush: () => Promise<number | null>
  /** Keeps it over another version. */
  overwrite: (version: number) => Promise<number | null>
  /** Goes on from another version, without what was not kept. */
  take: (version: number) => void
  /** Keeps nothing any more. */
  stop: () => void
}

/**
 * Keeps a draft, one request at a time and each on top of the version before. `failed` is told why it could not be, and
 * what is there instead when it was changed from elsewhere; what is wanted stays wanted, and goes with the next try.
 */
export function createSaver(
  { id, version: first }: Pick<Draft, 'id' | 'version'>,
  on: { saved: (draft: Draft) => void; failed: (problem: Problem, theirs: Draft | null) => void },
): Saver {
  let version = first
  let wanted: Change | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<number | null> | null = null
  let isStopped = false
  const path = { id }
  const send = (body: Change) =>
    bodyOf(
      // It goes on when the page is left.
      api.PATCH('/api/v1/drafts/{id}', {
        params: { path, header: { 'If-Match': `"v${version}"` } },
        body,
        keepalive: true,
      }),
    )
  /** What is there instead; null when that is what was sent, whose answer was lost. */
  const other = async (sent: Change): Promise<Draft | null> => {
    const theirs = await bodyOf(api.GET('/api/v1/drafts/{id}', { params: { path } }))
    const isMine =
      (sent.data === undefined || JSON.stringify(sent.data) === JSON.stringify(theirs.data)) &&
      (sent.step === undefined || sent.step === theirs.step)
    if (!isMine) return theirs
    version = theirs.version
    on.saved(theirs)
    return null
  }
  const run = async (): Promise<number | null> => {
    while (wanted && !isStopped) {
      const sent: Change = wanted
      wanted = null
      try {
        const saved = await send(sent)
        version = saved.version
        on.saved(saved)
      } catch (error) {
        const problem = asProblem(error)
        const theirs = problem.code === 'changed_meanwhile' ? await other(sent).catch(() => undefined) : undefined
        if (theirs === null) continue
        wanted = { ...sent, ...(wanted as Change | null) }
        if (!isStopped) on.failed(problem, theirs ?? null)
        return null
      }
    }
    return version
  }
  const flush = () => {
    clearTimeout(timer)
    running ??= run().finally(() => {
      running = null
    })
    return running
  }
  return {
    want: (change) => {
      wanted = { ...wanted, ...change }
      clearTimeout(timer)
      timer = setTimeout(flush, PAUSE_MS)
    },
    flush,
    overwrite: (over) => {
      version = over
      return flush()
    },
    take: (from) => {
      clearTimeout(timer)
      wanted = null
      version = from
    },
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
