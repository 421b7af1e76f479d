import type { Request, Response } from 'express'
import { CommitUnknown } from '../db/pool.ts'

/** Marks a request as having committed nothing: its errors may say so, until `noteCommit`. */
export function noteUntouched(response: Response): void {
  response.locals.isUntouched = true
}

/** Marks a request as having, or possibly having, committed something. */
export function noteCommit(response: Response): void {
  response.locals.isUntouched = false
}

/** Returns true if it is known that the request, which ended in `error`, has changed nothing. */
export function isUntouched(error: unknown, { method }: Request, { locals }: Response): boolean {
  if (method === 'GET' || method === 'HEAD') return true
  return locals.isUntouched === true && !(error instanceof CommitUnknown)
}
