import type { Request, Response } from 'express'
import { z } from 'zod'
import { SealFailure } from '../../providers/seal.ts'
import { readCookie, writeCookie } from '../client/browser.ts'
import type { Dependencies } from '../dependencies.ts'

/** The time in ms for which a person may confirm the return. */
const ANSWER_WITHIN_MS = 10 * 60 * 1000
const COOKIE = 'return'

/** A provider's return: a code with the other fields of its address, or an error. */
export type Returned = { code: string; query: Record<string, string> } | { error: string }

const schema = z.object({
  until: z.number(),
  returned: z.union([
    z.object({ code: z.string(), query: z.record(z.string(), z.string()).default({}) }),
    z.object({ error: z.string() }),
  ]),
})

/** Stores the return, sealed, in the browser's cookie until its person confirms it: the server stores nothing. */
export function carry(deps: Dependencies, response: Response, sessionId: string, returned: Returned): void {
  const plain = JSON.stringify({ until: Date.now() + ANSWER_WITHIN_MS, returned })
  writeCookie(response, COOKIE, deps.publicUrl, deps.sealer.seal(plain, `return:${sessionId}`), ANSWER_WITHIN_MS)
}

/** Takes the return carried for this session, once; returns null when there is none, or it is too old. */
export function takeCarried(
  deps: Dependencies,
  request: Request,
  response: Response,
  sessionId: string,
): Returned | null {
  const sealed = readCookie(request, COOKIE, deps.publicUrl)
  if (sealed === null) return null
  writeCookie(response, COOKIE, deps.publicUrl, null, 0)
  try {
    const { until, returned } = schema.parse(JSON.parse(deps.sealer.open(sealed, `return:${sessionId}`)))
    return until >= Date.now() ? returned : null
  } catch (error) {
    if (error instanceof SealFailure) return null
    throw error
  }
}
