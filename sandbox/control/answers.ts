import type { Request, Response } from 'express'
import { jsonBody, rawBody } from '../requests.ts'
import { isRecord } from '../setup.ts'

/** Returns the JSON body as an object; an empty object for anything else. */
export function readBody(request: Request): Record<string, unknown> {
  const body = rawBody(request).length > 0 ? jsonBody(request) : {}
  return isRecord(body) ? body : {}
}

/** Returns the handler that lets `byMs` pass for what `age` finds by the path's parameter. */
export const aging =
  (parameter: string, age: (of: string, byMs: number) => void) => (request: Request, response: Response) => {
    const { byMs } = readBody(request)
    if (typeof byMs !== 'number') return refuse(response, 'byMs is required')
    age(String(request.params[parameter]), byMs)
    response.status(204).end()
  }

/** Answers a control call that cannot be carried out. */
export function refuse(response: Response, error: string, status = 400): void {
  response.status(status).json({ error })
}
