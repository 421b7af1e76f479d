import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { RequestHandler } from 'express'

/** Less than this fits into one packet either way. */
const WORTH_IT_BYTES = 1_000

// The least effort there is: a list of 106 kB becomes 14 kB in half a millisecond. More would take several times as long
// for a tenth less.
const ways = {
  br: (text: string) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  gzip: (text: string) => gzipSync(text, { level: constants.Z_BEST_SPEED }),
}

/**
 * Sends texts that were asked for by GET compressed, to whoever takes it; streams stay as they are. For answers that hold
 * no secret beside what a request says: the length of a compressed one tells of both. So what a POST makes is left out,
 * where keys and links are handed over, and what another site's page asks for in somebody's name.
 */
export const compressed: RequestHandler = (request, response, next) => {
  if (request.method !== 'GET' && request.method !== 'HEAD') return next()
  response.vary('Accept-Encoding')
  if (request.get('Sec-Fetch-Site') === 'cross-site') return next()
  const way = (['br', 'gzip'] as const).find((one) => request.acceptsEncodings(one))
  if (!way) return next()
  const send = response.send.bind(response)
  response.send = (body: unknown) => {
    // What has the bytes is sent by this again, with nothing left to do.
    response.send = send
    if (typeof body !== 'string' || body.length < WORTH_IT_BYTES) return send(body)
    response.set('Content-Encoding', way)
    return send(ways[way](body))
  }
  next()
}
