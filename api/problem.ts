/** An invalid field of a request: its path, a stable code, and a sentence for people. */
export type FieldProblem = { field: string; code: string; message: string }

export type ProblemMore = {
  /** Additional members of the answer. */
  members?: Record<string, unknown>
  headers?: Record<string, string>
}

/** An error answer, thrown by handlers and sent by `answerProblems`. `detail` is a sentence that people may read. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly members: Record<string, unknown>
  readonly headers: Record<string, string>

  constructor(status: number, code: string, detail: string, { members = {}, headers = {} }: ProblemMore = {}) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.members = members
    this.headers = headers
  }
}

/** Returns the problem of one or more invalid fields. */
export function validationProblem(errors: FieldProblem[]): Problem {
  const detail = `There is a problem with ${errors.length} ${errors.length === 1 ? 'field' : 'fields'}.`
  return new Problem(422, 'validation', detail, { members: { errors } })
}

export const notFound = () => new Problem(404, 'not_found', 'There is nothing here that you may see.')

export const badCursor = () =>
  new Problem(400, 'bad_cursor', 'This cursor is not one we gave for this list. Start from the first page.')
