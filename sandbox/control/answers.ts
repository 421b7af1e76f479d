import type { Request, Response } from 'express'
import { jsonBody, rawBody } from '../requests.ts'
import { isRecord } from '../setup.ts'

/** The JSON body as an object; anything else counts as empty. */
export function readBody(request: Request): Record<string, unknown> {
  const body = rawBody(request).length > 0 ? jsonBody(request) : {}
  return isRecord(body) ? body : {}
}

/** Answers a control call that cannot be done. */
export function refuse(response: Response, error: string, status = 400): void {
  response.status(status).json({ error })
}
