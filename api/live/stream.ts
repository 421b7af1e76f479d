import type { Request, RequestHandler, Response } from 'express'
import type { Changes } from '../../db/changes.ts'
import type { Dependencies } from '../dependencies.ts'
import { callerOf, demandRight } from '../endpoint.ts'
import { Problem } from '../problem.ts'
import { demandNoBody } from '../readCall.ts'
import { keepSeenBy } from '../sight.ts'
import { countedAs } from '../staff/limitRate.ts'

/** What whoever listens must be let do. */
export const LIVE_RIGHT = 'see_clients'
const HEARTBEAT_MS = 15_000
/** A stream ends after this long and is opened again, so that whoever may no longer listen soon does not. */
const LONGEST_MS = 5 * 60_000
/** Streams that one key or person may have open at this process. */
const MOST_STREAMS = 20
const RETRY_MS = 1_000
/** A reader this far behind is let go; it comes back and catches up. */
const MOST_UNREAD_BYTES = 256 * 1024
const POSITION = /^\d{1,19}$/

/**
 * `GET /live`: server-sent events. Each names an onboarding that changed and its newest fact, nothing else; `reload`
 * says that so much changed that lists are to be read anew. Resumes from `Last-Event-ID`.
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
    const tell = ({ changed, tooMany, position: now }: Changes): void => {
      position = now
      if (tooMany) stream.write(`event: reload\nid: ${now}\ndata: {}\n\n`)
      const last = changed.length - 1
      changed.forEach(({ onboardingId, seq }, n) => {
        // Only the last one says how far everything was told: a break between two tells both again.
        const id = n === last ? `id: ${now}\n` : ''
        stream.write(`event: changed\n${id}data: ${JSON.stringify({ id: onboardingId, seq })}\n\n`)
      })
    }
    // Each hears of the clients in sight alone; one after the other, so that the order stays.
    let telling = Promise.resolve()
    const hearSeen = (changes: Changes): void => {
      telling = telling
        .then(async () => {
          const ids = changes.changed.map(({ onboardingId }) => onboardingId)
          const seen = new Set(ids.length > 0 ? await keepSeenBy(deps, caller, ids) : [])
          tell({ ...changes, changed: changes.changed.filter(({ onboardingId }) => seen.has(onboardingId)) })
        })
        .catch((error: unknown) => {
          logger.warn({ error }, 'a listener could not be told')
          stream.end()
        })
    }
    const closed = new Promise<void>((resolve) => response.once('close', resolve))
    response.once('close', enter(countedAs(caller)))
    const stop = await feed.listen({ practiceId, hear: hearSeen, end: stream.end }, since)
    // Without data nothing is dispatched, but the position is kept for the next connection.
    const heartbeat = () => stream.write(`: \nid: ${position}\n\n`)
    stream.open(`retry: ${RETRY_MS}\nid: ${position}\n\n`)
    const beating = setInterval(heartbeat, HEARTBEAT_MS)
    const ending = setTimeout(stream.end, LONGEST_MS)
    await closed
    stop()
    clearInterval(beating)
    clearTimeout(ending)
  }
}

/** Counts open streams by who listens. Answers what ends one; refuses one too many. */
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

/** Writes that wait until the stream is open: what is refused before is answered as a problem. */
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
