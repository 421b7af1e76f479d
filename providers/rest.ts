import ky, { HTTPError, type KyInstance, NetworkError, SchemaValidationError, TimeoutError } from 'ky'
import { type FailureKind, ProviderFailure } from './failure.ts'
import { retryAfterMs } from './retryAfter.ts'

/** A provider's name: `name` for the machine, `label` for people. */
export type ProviderName = { name: string; label: string }

/** A provider's answer other than success. `body` is the parsed JSON, or text, or undefined. */
type Refusal = { status: number; body: unknown; headers: Headers }

/**
 * Maps the refusals that have a particular meaning at one provider; null leaves the rest to the common mapping.
 * `waitMs` applies when the answer names no delay.
 */
export type ReadRefusal = (refusal: Refusal) => { kind: FailureKind; message: string; waitMs?: number } | null

/** The time-out of one attempt of a REST call, in ms. */
export const restTimeoutMs = 10_000

/**
 * Creates a REST client under `baseUrl`. Reads and deletes are retried twice when the provider fails; nothing else is.
 * A 429 is never waited out here: the caller gets `rate_limited` and waits without holding a request open.
 */
export function restClient(baseUrl: string): KyInstance {
  return ky.create({
    prefix: baseUrl,
    timeout: restTimeoutMs,
    totalTimeout: 25_000,
    redirect: 'manual',
    retry: {
      limit: 2,
      methods: ['get', 'delete'],
      statusCodes: [500, 502, 503, 504],
      afterStatusCodes: [],
      backoffLimit: 1_000,
    },
  })
}

/** Runs one exchange and maps failures on the wire to ProviderFailure; rethrows other errors, which are our bugs. */
export async function exchangeWith<T>(provider: ProviderName, read: ReadRefusal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw failureOf(provider, read, error)
  }
}

function failureOf({ name, label }: ProviderName, read: ReadRefusal, error: unknown): unknown {
  if (error instanceof HTTPError) {
    const { response } = error
    return refusalFailure({ name, label }, read, {
      status: response.status,
      body: error.data,
      headers: response.headers,
    })
  }
  if (error instanceof TimeoutError || error instanceof NetworkError) {
    return new ProviderFailure(name, 'unavailable', `${label} is not answering.`)
  }
  if (error instanceof SchemaValidationError || error instanceof SyntaxError) {
    return unreadableAnswer({ name, label })
  }
  return error
}

/** Returns the failure for an answer in another form than the provider documents. */
export const unreadableAnswer = ({ name, label }: ProviderName): ProviderFailure =>
  new ProviderFailure(name, 'unavailable', `${label} gave an answer that we cannot read.`)

/** Maps a refusal to a failure: by the provider's own mapping first, then by the status. */
export function refusalFailure({ name, label }: ProviderName, read: ReadRefusal, refusal: Refusal): ProviderFailure {
  const { status, headers } = refusal
  const waitMs = retryAfterMs(status, (header) => headers.get(header))
  const particular = read(refusal)
  if (particular) {
    return new ProviderFailure(name, particular.kind, particular.message, waitMs ?? particular.waitMs ?? null)
  }
  if (status === 429) return new ProviderFailure(name, 'rate_limited', `${label} asks us to slow down.`, waitMs)
  if (status >= 500) {
    return new ProviderFailure(name, 'unavailable', `${label} has a problem of its own right now.`, waitMs)
  }
  return new ProviderFailure(name, 'refused', `${label} refused the request (status ${status}).`)
}
