import { setTimeout as pause } from 'node:timers/promises'
import type { NextFunction, Request, Response } from 'express'
import type { Provider } from './faults.ts'
import { requestText } from './requests.ts'
import type { World } from './world.ts'

const ACTED_OUT_HERE = [
  'server_error',
  'rate_limited',
  'hang_before',
  'timeout_after_accept',
  'connection_reset',
  'slow',
]

/** A provider's wording of the two failures that every provider has. */
export type FailureShapes = {
  serverError(response: Response): void
  rateLimited(response: Response, retryAfterSeconds: number): void
}

type Handler = (request: Request, response: Response, next: NextFunction) => void

/** Plays the faults that every provider can have. Runs before all checks, as a broken server would. */
export function gate(
  world: World,
  provider: Provider,
  operations: string[] | ((request: Request) => string[]),
  shapes: FailureShapes,
): Handler {
  return async (request, response, next) => {
    const names = typeof operations === 'function' ? operations(request) : operations
    const fault = world.faults.take(provider, names, ACTED_OUT_HERE, requestText(request))
    if (!fault) return next()
    switch (fault.kind) {
      case 'server_error':
        return shapes.serverError(response)
      case 'rate_limited': {
        const retryAfterSeconds = fault.retryAfterSeconds ?? 1
        response.set('Retry-After', String(retryAfterSeconds))
        return shapes.rateLimited(response, retryAfterSeconds)
      }
      case 'connection_reset':
        request.socket.resetAndDestroy()
        return
      case 'hang_before':
        if (fault.delayMs !== null) destroyLater(response, fault.delayMs)
        return
      case 'timeout_after_accept':
        silence(response)
        destroyLater(response, fault.delayMs ?? 30_000)
        return next()
      default:
        await pause(fault.delayMs ?? 1_000)
        return next()
    }
  }
}

/** Disables writing to a response: the handler runs and believes that it answered, but nothing is sent. */
function silence(response: Response): void {
  const nothing = () => response
  Object.assign(response, { writeHead: nothing, write: () => true, end: nothing, flushHeaders: () => {} })
}

function destroyLater(response: Response, delayMs: number): void {
  const timer = setTimeout(() => response.socket?.destroy(), delayMs)
  timer.unref()
  response.socket?.once('close', () => clearTimeout(timer))
}
