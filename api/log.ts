import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import pino, { type DestinationStream, type Logger, type SerializedError } from 'pino'
import { pinoHttp } from 'pino-http'
import { plainError } from '../db/plainError.ts'

/** Fields that could identify a person or grant access; removed from every record. */
const SECRET = ['authorization', 'cookie', 'token', 'state', 'email', 'phone', 'niNumber', 'body', 'headers']

/** Creates a logger that writes JSON lines to `to`, without secrets and the details a database adds to errors. */
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
 * Returns an address without its secrets: the part after `/j/`, `/s/`, `/connect/`, `/join/`, `/confirm/` or `/reset/`
 * grants access, and every query value may be a code, a state or a searched name.
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

/** Logs one line per request, by its id, without headers and bodies; health checks only when they fail. */
export function requestLog(logger: Logger) {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger,
    quietReqLogger: true,
    serializers: {
      req: (request: { method: string; url: string }) => ({ method: request.method, url: loggedUrl(request.url) }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
      // pino-http hands on its own copy of an error, with the error itself as `raw`.
      err: (copied: SerializedError) => plainError(copied.raw),
    },
    customLogLevel: (request, response) => {
      if (response.statusCode >= 500) return 'error'
      return /^\/(healthz|readyz|metrics)/.test(request.url ?? '') ? 'silent' : 'info'
    },
  })
}

/** Returns the seconds since `from`, an instant of `performance.now()`. */
export const secondsSince = (from: number): number => (performance.now() - from) / 1000
