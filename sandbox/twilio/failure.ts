import type { Response } from 'express'
import type { FailureShapes } from '../gate.ts'

/** A refusal with Twilio's own code beside the HTTP status. */
export class TwilioRefusal extends Error {
  readonly status: number
  readonly code: number

  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Answers with Twilio's error body. */
export function answerRefusal(response: Response, { status, code, message }: TwilioRefusal): void {
  response.status(status).json({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status })
}

export const twilioShapes: FailureShapes = {
  serverError: (response) => answerRefusal(response, new TwilioRefusal(500, 20500, 'Internal Server Error')),
  rateLimited: (response) => answerRefusal(response, new TwilioRefusal(429, 20429, 'Too Many Requests')),
}
