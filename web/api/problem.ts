/** What the API answered instead, or that nothing could be asked: `code` is stable, `message` a sentence for people. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly trace: string | null
  /** What is wrong with which field, of the code `validation`. */
  readonly fields: { field: string; code: string; message: string }[]
  /** Whatever else the answer names: `allowed`, `at`, `admins`, `right`. */
  readonly more: Record<string, unknown>

  constructor(status: number, body: Record<string, unknown>) {
    super(typeof body.detail === 'string' ? body.detail : 'Something went wrong on our side.')
    this.status = status
    this.code = typeof body.code === 'string' ? body.code : 'internal'
    this.trace = typeof body.trace === 'string' ? body.trace : null
    this.fields = Array.isArray(body.errors) ? body.errors : []
    this.more = body
  }
}

/** Reads the problem of an answer that failed, whoever on the way gave it. */
export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null)
  return new Problem(response.status, body !== null && typeof body === 'object' ? { ...body } : {})
}

/** What to tell of any failure. */
export const asProblem = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem(0, { code: 'offline', detail: 'Embark could not be reached. Look at your connection.' })
