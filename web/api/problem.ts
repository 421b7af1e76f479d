/** A refusal by the API (RFC 9457); status 0 if it was not reached. `code` is stable, `message` is for people. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly trace: string | null
  /** The fields that code `validation` rejects, each with its own code and message. */
  readonly fields: { field: string; code: string; message: string }[]
  /** The whole body, for members of single codes: `allowed`, `at`, `admins`, `right`. */
  readonly more: Record<string, unknown>

  constructor(status: number, body: Record<string, unknown>) {
    super(typeof body.detail === 'string' ? body.detail : 'Something went wrong on our side.')
    this.status = status
    this.code = typeof body.code === 'string' ? body.code : 'internal'
    this.trace = typeof body.trace === 'string' ? body.trace : null
    this.fields = Array.isArray(body.errors) ? body.errors : []
    this.more = body
  }

  /** Returns the message of a field; undefined if it is not rejected. */
  at(field: string): string | undefined {
    return this.fields.find((one) => one.field === field)?.message
  }
}

/** Reads the problem from a failed response; code `internal` if the body is not JSON, as from a proxy. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null)
  return new Problem(response.status, body !== null && typeof body === 'object' ? { ...body } : {})
}

/** Returns the error itself if it is a `Problem`, else the problem "could not be reached" with status 0. */
export const asProblem = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem(0, { code: 'offline', detail: 'Embark could not be reached. Look at your connection.' })
