import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import express from 'express'
import sirv from 'sirv'
import { compressed } from './compressed.ts'
import { wrongMethod } from './errors.ts'

/** Where the staff app has pages. What stands under them is the app's to know. */
const STAFF_PATHS = [
  '/clients{/*rest}',
  '/r/*rest',
  '/reports/*rest',
  '/team{/*rest}',
  '/settings{/*rest}',
  '/me{/*rest}',
  '/support{/*rest}',
  '/sign-in{/*rest}',
  '/forgot',
  '/reset/*rest',
  '/join/*rest',
  '/sign-up',
]

/** Nothing but our own, and what this answer's nonce marks: the styles that the app's parts write into the page. */
const policyWith = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

/**
 * The staff app, as it was built into `root`: its page at every address that is staff's, asked for anew each time, and
 * its files, whose names change with their content, to be kept for ever. They are sent as they were compressed.
 */
export function webRouter(root: string): express.Router {
  const router = express.Router()
  const page = readFileSync(join(root, 'index.html'), 'utf8')
  const readOnly = wrongMethod(['GET', 'HEAD'])
  router.use('/assets', sirv(join(root, 'assets'), { brotli: true, gzip: true, maxAge: 31_536_000, immutable: true }))
  router
    .route('/')
    .get((_request, response) => response.redirect(302, '/clients'))
    .all(readOnly)
  router
    .route(STAFF_PATHS)
    .get(compressed, (_request, response) => {
      const nonce = randomBytes(16).toString('base64')
      response.set('Content-Security-Policy', policyWith(nonce))
      response.set('Cache-Control', 'no-cache')
      response.type('html').send(page.replaceAll('%NONCE%', nonce))
    })
    .all(readOnly)
  return router
}
