import { randomUUID } from 'node:crypto'
import type { Response } from 'express'
import type { FailureShapes } from '../gate.ts'

/** A refusal in the format of TrueLayer's v3 APIs (application/problem+json). */
export class Problem extends Error {
  readonly status: number
  readonly title: string
  readonly errors: Record<string, string[]> | null

  constructor(status: number, title: string, detail: string, errors: Record<string, string[]> | null = null) {
    super(detail)
    this.status = status
    this.title = title
    this.errors = errors
  }
}

/** Answers with a problem body; the trace id is the one of the `Tl-Trace-Id` header. */
export function answerProblem(response: Response, problem: Problem): void {
  const traceId = String(response.get('Tl-Trace-Id') ?? randomUUID())
  // TrueLayer spells all fragments with hyphens except this one.
  const slug = problem.title === 'Invalid State' ? 'invalid_state' : problem.title.toLowerCase().replaceAll(' ', '-')
  response
    .status(problem.status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `https://docs.truelayer.com/docs/error-types#${slug}`,
        title: problem.title,
        status: problem.status,
        detail: problem.message,
        trace_id: traceId,
        ...(problem.errors && { errors: problem.errors }),
      }),
    )
}

export const truelayerShapes: FailureShapes = {
  serverError: (response) =>
    answerProblem(response, new Problem(500, 'Unknown Error', 'An unexpected error happened.')),
  rateLimited: (response) =>
    answerProblem(response, new Problem(429, 'Rate Limit Exceeded', 'Too many requests were made.')),
}
