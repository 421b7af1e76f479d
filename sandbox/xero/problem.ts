import { randomUUID } from 'node:crypto'
import type { Response } from 'express'
import type { FailureShapes } from '../gate.ts'

/** A refusal of Xero's API in its documented body. */
export class XeroProblem extends Error {
  readonly status: number
  readonly title: string
  readonly headers: Record<string, string>

  constructor(status: number, title: string, detail: string, headers: Record<string, string> = {}) {
    super(detail)
    this.status = status
    this.title = title
    this.headers = headers
  }
}

/** Answers with the body of a refusal. */
export function answerProblem(response: Response, problem: XeroProblem): void {
  response.status(problem.status).set(problem.headers).json({
    Type: null,
    Title: problem.title,
    Status: problem.status,
    Detail: problem.message,
    Instance: randomUUID(),
    Extensions: {},
  })
}

export const xeroShapes: FailureShapes = {
  serverError: (response) =>
    answerProblem(
      response,
      new XeroProblem(500, 'An error occurred', 'An error occurred in Xero. Check the API Status page.'),
    ),
  rateLimited: (response) => {
    response.status(429).set('X-Rate-Limit-Problem', 'minute').type('text/plain').send('')
  },
}
