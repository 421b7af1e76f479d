import { api, bodyOf } from '../../../api/client.ts'
import { asProblem, type Problem } from '../../../api/problem.ts'
import type { Draft, Step } from '../queries.ts'

const TYPING_PAUSE_MS = 600

type Change = { step?: Step; data?: Record<string, unknown> }

/**
 * Saves a draft, one request at a time, each based on the version before (If-Match). `failed` receives the problem and,
 * after a conflict, the other version. A change that failed stays pending and is sent with the next try.
 */
export function createSaver(
  { id, version: first }: Pick<Draft, 'id' | 'version'>,
  on: { saved: (draft: Draft) => void; failed: (problem: Problem, theirs: Draft | null) => void },
) {
  let version = first
  let wanted: Change | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<number | null> | null = null
  let isStopped = false
  const path = { id }
  const send = (body: Change) =>
    bodyOf(
      // `keepalive` lets the request finish when the page is left.
      api.PATCH('/api/v1/drafts/{id}', {
        params: { path, header: { 'If-Match': `"v${version}"` } },
        body,
        keepalive: true,
      }),
    )
  /** Returns the conflicting draft; null if it equals the sent change, whose answer was lost. */
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
    /** Queues a change and saves it 600 ms after the last one. */
    want: (change: Change) => {
      wanted = { ...wanted, ...change }
      clearTimeout(timer)
      timer = setTimeout(flush, TYPING_PAUSE_MS)
    },
    /** Saves at once. Returns the version that holds all changes, or null if saving failed. */
    flush,
    /** Saves the pending changes over the given version. */
    overwrite: (over: number) => {
      version = over
      return flush()
    },
    /** Continues from the given version and drops the pending changes. */
    take: (from: number) => {
      clearTimeout(timer)
      wanted = null
      version = from
    },
    /** Stops saving. */
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

export type Saver = ReturnType<typeof createSaver>
