import type { Request, RequestHandler, Response } from 'express'
import type { Changes } from '../../db/changes.ts'
import type { Dependencies } from '../dependencies.ts'
import { callerOf, demandRight } from '../endpoint.ts'
import { Problem } from '../problem.ts'
import { demandNoBody } from '../readCall.ts'
import { keepSeenBy } from '../sight.ts'
import { countedAs } from '../staff/limitRate.ts'

/** The right that a listener needs. */
export const LIVE_RIGHT = 'see_clients'
const HEARTBEAT_MS = 15_000
/** The longest life of a stream; clients reconnect, so that a lost right takes effect soon. */
const LONGEST_MS = 5 * 60_000
/** The most open streams of one key or person in this process. */
const MOST_STREAMS = 20
const RETRY_MS = 1_000
/** The most unread bytes of a reader; beyond it the stream ends, and the reader reconnects and catches up. */
const MOST_UNREAD_BYTES = 256 * 1024
const POSITION = /^\d{1,19}$/

/**
 * Serves `GET /live`: server-sent events. Each names an onboarding that changed and its newest fact, nothing else;
 * `reload` means that too much changed and lists must be reloaded. Resumes from `Last-Event-ID`.
 */
export function liveStream(deps: Dependencies): RequestHandler {
  const { feed, logger } = deps
  const enter = limitStreams()
  return async (request, response) => {
    const caller = callerOf(response)
    if (deps.checksRights !== false) await demandRight(deps, caller, LIVE_RIGHT)
    demandNoBody(request)
    const { practiceId } = caller
    const since = lastEventId(request)
    let position = since
    const stream = openStream(response)
    const publish = ({ changed, tooMany, position: now }: Changes): void => {
      position = now
      if (tooMany) stream.write(`event: reload\nid: ${now}\ndata: {}\n\n`)
      const last = changed.length - 1
      changed.forEach(({ onboardingId, seq }, n) => {
        // Only the last event has the position: after a break before it, all are sent again.
        const id = n === last ? `id: ${now}\n` : ''
        stream.write(`event: changed\n${id}data: ${JSON.stringify({ id: onboardingId, seq })}\n\n`)
      })
    }
    // Filters by the caller's sight; one batch after the other, to keep the order.
    let publishing = Promise.resolve()
    const hearSeen = (changes: Changes): void => {
      publishing = publishing
        .then(async () => {
          const ids = changes.changed.map(({ onboardingId }) => onboardingId)
          const seen = new Set(ids.length > 0 ? await keepSeenBy(deps, caller, ids) : [])
          publish({ ...changes, changed: changes.changed.filter(({ onboardingId }) => seen.has(onboardingId)) })
        })
        .catch((error: unknown) => {
          logger.warn({ error }, 'a listener could not be told')
          stream.end()
        })
    }
    const closed = new Promise<void>((resolve) => response.once('close', resolve))
    response.once('close', enter(countedAs(caller)))
    const stop = await feed.listen({ practiceId, hear: hearSeen, end: stream.end }, since)
    // A comment triggers no event, but the browser keeps the position for the next connection.
    const heartbeat = () => stream.write(`: \nid: ${position}\n\n`)
    stream.open(`retry: ${RETRY_MS}\nid: ${position}\n\n`)
    const heartbeats = setInterval(heartbeat, HEARTBEAT_MS)
    const ending = setTimeout(stream.end, LONGEST_MS)
    await closed
    stop()
    clearInterval(heartbeats)
    clearTimeout(ending)
  }
}

/** Counts open streams by listener. Returns a function that ends one; throws a problem for one too many. */
function limitStreams(): (who: string) => () => void {
  const open = new Map<string, number>()
  return (who) => {
    const others = open.get(who) ?? 0
    if (others >= MOST_STREAMS) {
      const detail = `At most ${MOST_STREAMS} live streams are open for one key or person. Close one first.`
      throw new Problem(429, 'too_many_streams', detail, { headers: { 'Retry-After': '60' } })
    }
    open.set(who, others + 1)
    return () => {
      const left = (open.get(who) ?? 1) - 1
      if (left > 0) open.set(who, left)
      else open.delete(who)
    }
  }
}

/** Holds writes back until the stream is open: refusals before that are answered as problems. */
function openStream(response: Response) {
  const waiting: string[] = []
  let isOpen = false
  const write = (text: string): void => {
    if (!isOpen) return void waiting.push(text)
    if (response.writableEnded || response.destroyed) return
    response.write(text)
    if (response.writableLength > MOST_UNREAD_BYTES) response.destroy()
  }
  return {
    write,
    open: (text: string): void => {
      response.status(200).set({
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
        Connection: 'close',
      })
      response.flushHeaders()
      isOpen = true
      for (const one of [text, ...waiting]) write(one)
    },
    end: (): void => void response.end(),
  }
}

function lastEventId(request: Request): string | null {
  const given = request.get('Last-Event-ID')
  if (given === undefined || given === '') return null
  if (POSITION.test(given)) return given
  throw new Problem(400, 'bad_cursor', 'This Last-Event-ID is not one we gave. Connect without it.')
}
