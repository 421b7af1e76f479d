import type { Response } from 'express'
import type { FailureShapes } from '../gate.ts'

/** A refusal with Resend's status, code and message. */
export class ResendRefusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Answers with Resend's error body. */
export function answerRefusal(response: Response, { status, code, message }: ResendRefusal): void {
  response.status(status).json({ statusCode: status, name: code, message })
}

const BROKEN = new ResendRefusal(
  500,
  'internal_server_error',
  'An unexpected error occurred. Our team has been notified. Try again later.',
)
const TOO_MANY = new ResendRefusal(
  429,
  'rate_limit_exceeded',
  'Too many requests. Please limit the number of requests per second.',
)

export const resendShapes: FailureShapes = {
  serverError: (response) => answerRefusal(response, BROKEN),
  rateLimited: (response) => answerRefusal(response, TOO_MANY),
}
