import type { Request, Response } from 'express'
import { jsonBody, rawBody } from '../requests.ts'
import { isRecord } from '../setup.ts'

/** Returns the JSON body as an object; an empty object for anything else. */
export function readBody(request: Request): Record<string, unknown> {
  const body = rawBody(request).length > 0 ? jsonBody(request) : {}
  return isRecord(body) ? body : {}
}

/** Answers a control call that cannot be carried out. */
export function refuse(response: Response, error: string, status = 400): void {
  response.status(status).json({ error })
}
