import { randomBytes } from 'node:crypto'
import type { Response } from 'express'
import type { FailureShapes } from '../gate.ts'

/** The trouble of an Item, as `/item/get` and webhooks say it. */
export type PlaidError = { type: string; code: string; reason: string | null; message: string }

/** A refusal in the format of Plaid's API. */
export class Refusal extends Error {
  readonly status: number
  readonly error: PlaidError

  constructor(type: string, code: string, message: string, more: { status?: number; reason?: string | null } = {}) {
    super(message)
    this.status = more.status ?? 400
    this.error = { type, code, reason: more.reason ?? null, message }
  }
}

export const missing = (field: string): Refusal =>
  new Refusal('INVALID_REQUEST', 'MISSING_FIELDS', `the following required fields are missing: ${field}`)

export const invalid = (field: string, why: string): Refusal =>
  new Refusal('INVALID_REQUEST', 'INVALID_FIELD', `${field} ${why}`)

export const requestId = (): string => randomBytes(12).toString('base64url').slice(0, 15)

/** Returns an error's wire format, without the id of a request. */
export const wireError = ({ type, code, reason, message }: PlaidError): object => ({
  error_type: type,
  error_code: code,
  error_code_reason: reason,
  error_message: message,
  display_message: null,
  documentation_url: `https://plaid.com/docs/?ref=error#${code.toLowerCase()}`,
  suggested_action: null,
})

export function answerRefusal(response: Response, { status, error }: Refusal): void {
  response.status(status).json({ ...wireError(error), request_id: requestId() })
}

const INTERNAL = new Refusal('API_ERROR', 'INTERNAL_SERVER_ERROR', 'an unexpected error occurred', { status: 500 })
const TOO_MANY = new Refusal('RATE_LIMIT_EXCEEDED', 'AUTH_LIMIT', 'rate limit exceeded', { status: 429 })

/** Plaid names no pause and no remaining count. */
export const plaidShapes: FailureShapes = {
  serverError: (response) => answerRefusal(response, INTERNAL),
  rateLimited: (response) => {
    response.removeHeader('Retry-After')
    answerRefusal(response, TOO_MANY)
  },
}
