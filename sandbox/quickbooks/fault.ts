import type { Response } from 'express'
import type { FailureShapes } from '../gate.ts'

/** A refusal of the accounting API. `shape`: Intuit writes refusals of sign-ins in lower case, others in upper case. */
export class Fault extends Error {
  readonly status: number
  readonly code: string
  readonly shape: 'lower' | 'upper'
  readonly type: string

  constructor(status: number, code: string, message: string, type: string, shape: 'lower' | 'upper' = 'upper') {
    super(message)
    this.status = status
    this.code = code
    this.type = type
    this.shape = shape
  }
}

/** Answers with the body of a refusal; as XML unless JSON is asked for. */
export function answerFault(response: Response, { status, code, message, type, shape }: Fault): void {
  response.status(status)
  const isJson = (response.req.get('accept') ?? '').includes('application/json')
  if (!isJson) {
    const xml = `<?xml version="1.0"?><IntuitResponse><Fault type="${type}"><Error code="${code}"><Message>${message}</Message></Error></Fault></IntuitResponse>`
    return void response.type('text/xml').send(xml)
  }
  const time = new Date().toISOString()
  response.json(
    shape === 'lower'
      ? { warnings: null, fault: { error: [{ message, detail: null, code, element: null }], type }, time: Date.now() }
      : { Fault: { Error: [{ Message: message, Detail: message, code }], type }, time },
  )
}

export const quickbooksShapes: FailureShapes = {
  serverError: (response) =>
    answerFault(response, new Fault(500, '10000', 'An application error has occurred', 'SystemFault')),
  // Intuit names no delay.
  rateLimited: (response) => {
    response.removeHeader('Retry-After')
    answerFault(
      response,
      new Fault(429, '003001', 'message=ThrottleExceeded; errorCode=003001; statusCode=429', 'SERVICE', 'lower'),
    )
  },
}
