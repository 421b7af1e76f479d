import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import pino, { type DestinationStream, type Logger } from 'pino'
import { pinoHttp } from 'pino-http'
import { plainError } from '../db/plainError.ts'

/** What could name a person or open a door, wherever it turns up in a record. */
const SECRET = ['authorization', 'cookie', 'token', 'state', 'email', 'phone', 'niNumber', 'body', 'headers']

/** A logger that writes JSON lines to `to`, without secrets and without what a database adds to errors. */
export function createLogger(level: string, to: DestinationStream = process.stdout): Logger {
  const options = {
    level,
    base: null,
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), remove: true },
    serializers: { error: plainError, err: plainError },
  }
  return pino(options, to)
}

/**
 * The address as it may be logged: what follows `/j/`, `/s/`, `/connect/`, `/join/`, `/confirm/` or `/reset/` opens doors, and every value of
 * a query may be a code, a state or a name that was searched for.
 */
export function loggedUrl(url: string): string {
  const [path = '', query] = url.split(/\?(.*)/s)
  const plain = path.replace(
    /^((?:\/api\/(?:v1|auth))?\/(?:j|s|connect|join|home\/join|confirm|reset|reset-password))\/[^/]+/,
    '$1/*',
  )
  if (query === undefined) return plain
  const names = query.split('&').map((pair) => `${pair.split('=')[0]?.slice(0, 40)}=*`)
  return `${plain}?${names.slice(0, 10).join('&')}`
}

/** Logs one line per request, by its id, without headers and bodies. Health checks only when they fail. */
export function requestLog(logger: Logger) {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger,
    quietReqLogger: true,
    serializers: {
      req: (request: { method: string; url: string }) => ({ method: request.method, url: loggedUrl(request.url) }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
      err: plainError,
    },
    customLogLevel: (request, response) => {
      if (response.statusCode >= 500) return 'error'
      return /^\/(healthz|readyz|metrics)/.test(request.url ?? '') ? 'silent' : 'info'
    },
  })
}

/** Seconds since `from`, an instant of `performance.now()`. */
export const secondsSince = (from: number): number => (performance.now() - from) / 1000
