import type { Request, Response } from 'express'
import { CommitUnknown } from '../db/pool.ts'

/** Notes that a request has committed nothing yet: from here on its errors may say so, until `noteCommit`. */
export function noteUntouched(response: Response): void {
  response.locals.isUntouched = true
}

/** Notes that something of the request is committed, or may be: nobody can say any more that nothing was changed. */
export function noteCommit(response: Response): void {
  response.locals.isUntouched = false
}

/** Returns true if it is known that the request, which ended in `error`, has changed nothing. */
export function isUntouched(error: unknown, { method }: Request, { locals }: Response): boolean {
  if (method === 'GET' || method === 'HEAD') return true
  return locals.isUntouched === true && !(error instanceof CommitUnknown)
}
