import { setTimeout as pause } from 'node:timers/promises'
import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express'
import { GENERAL_FAULTS, type Provider } from './faults.ts'
import { requestText } from './requests.ts'
import type { World } from './world.ts'

/** A provider's wording of the two failures that every provider has. */
export type FailureShapes = {
  serverError(response: Response): void
  rateLimited(response: Response, retryAfterSeconds: number): void
}

/** Returns the handler of errors that answers one provider's refusals; others are failures of the sandbox. */
export const answering =
  <Refusal extends Error>(
    kind: new (...parts: never[]) => Refusal,
    answer: (response: Response, refusal: Refusal) => void,
  ): ErrorRequestHandler =>
  (error: unknown, _request, response, next) =>
    error instanceof kind ? answer(response, error) : next(error)

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
    const fault = world.faults.take(provider, names, GENERAL_FAULTS, requestText(request))
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
      case 'malformed':
        return void response.type('application/json').send('{"unfinished":')
      case 'extra_fields': {
        const json = response.json.bind(response)
        response.json = (body) => json(withMore(body))
        return next()
      }
      default:
        await pause(fault.delayMs ?? 1_000)
        return next()
    }
  }
}

/** Adds a field that no contract names to each object of a JSON value. */
function withMore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMore)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, one]) => [name, withMore(one)])
  return { ...Object.fromEntries(fields), newlyAdded: { by: 'the provider', since: null } }
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
