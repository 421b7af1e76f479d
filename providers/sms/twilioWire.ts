import twilio from 'twilio'
import type RequestClient from 'twilio/lib/base/RequestClient.js'

/** An answer of Twilio other than success. `code` is its error number; `header` reads the answer's headers. */
export class TwilioRefusal extends Error {
  readonly status: number
  readonly code: number | null
  readonly header: (name: string) => string | undefined

  constructor(status: number, code: number | null, headers: Record<string, unknown>) {
    super(`Twilio answered ${status}${code === null ? '' : ` with error ${code}`}`)
    this.name = 'TwilioRefusal'
    this.status = status
    this.code = code
    this.header = (wanted) => {
      const value = headers[wanted]
      return value === undefined || value === null ? undefined : String(value)
    }
  }
}

/**
 * Creates the SDK's HTTP client with another origin: the SDK knows api.twilio.com only. It never retries, and it throws
 * TwilioRefusal, because the SDK's own error drops the headers that name the delay.
 */
export function createTwilioWire(baseUrl: string, timeoutMs: number): RequestClient {
  const base = baseUrl.replace(/\/+$/, '')
  return new (class extends twilio.RequestClient {
    override async request<TData>(options: RequestClient.RequestOptions<TData>) {
      const { pathname, search } = new URL(options.uri)
      const response = await super.request<TData>({
        ...options,
        uri: `${base}${pathname}${search}`,
        timeout: timeoutMs,
      })
      if (response.statusCode >= 400) {
        throw new TwilioRefusal(response.statusCode, errorNumber(response.body), response.headers ?? {})
      }
      return response
    }
    // A kept connection that the other side has just closed looks like a lost answer, after which a text must not be
    // repeated. So each send opens its own.
  })({ autoRetry: false, keepAlive: false, timeout: timeoutMs })
}

function errorNumber(body: unknown): number | null {
  const code = typeof body === 'object' && body !== null && 'code' in body ? Number(body.code) : Number.NaN
  return Number.isInteger(code) ? code : null
}
