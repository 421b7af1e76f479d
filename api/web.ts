import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import express from 'express'
import sirv from 'sirv'
import { compressed } from './compressed.ts'
import { wrongMethod } from './errors.ts'

/** The paths of the staff app's pages. The app handles everything below them. */
const STAFF_PATHS = [
  '/clients{/*rest}',
  '/r/*rest',
  '/consents{/*rest}',
  '/reports/*rest',
  '/team{/*rest}',
  '/settings{/*rest}',
  '/me{/*rest}',
  '/support{/*rest}',
  '/sign-in{/*rest}',
  '/confirm{/*rest}',
  '/forgot',
  '/reset/*rest',
  '/join/*rest',
  '/sign-up',
]

/** Returns the Content Security Policy: only our own files, and inline styles with this answer's nonce. */
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

/** Returns head links for the files that a page needs besides the common ones. */
const linksTo = (files: string[]): string =>
  files
    .map((file) =>
      file.endsWith('.css')
        ? `<link rel="stylesheet" crossorigin href="/${file}" nonce="%NONCE%">`
        : `<link rel="modulepreload" crossorigin href="/${file}" nonce="%NONCE%">`,
    )
    .join('')

/**
 * Returns a reader of the page at a path, without its nonce. The page is the same everywhere, except that first pages
 * of visits link their files, so that these load beside the app and not after it.
 */
function readPages(root: string): (path: string) => string {
  const page = readFileSync(join(root, 'index.html'), 'utf8')
  const list = join(root, 'preload.json')
  const files: Record<string, string[]> = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : {}
  const first = Object.entries(files).map(([pattern, needed]) => {
    const missing = needed.filter((file) => !page.includes(file))
    return { pattern: new RegExp(pattern), page: page.replace('</head>', `${linksTo(missing)}</head>`) }
  })
  return (path) => first.find(({ pattern }) => pattern.test(path))?.page ?? page
}

/**
 * Serves the staff app built into `root`: its page at every address of staff, never cached, and its files, whose names
 * change with their content, cached for ever. Files are sent precompressed.
 */
export function webRouter(root: string): express.Router {
  const router = express.Router()
  const pageAt = readPages(root)
  const readOnly = wrongMethod(['GET', 'HEAD'])
  router.use('/assets', sirv(join(root, 'assets'), { brotli: true, gzip: true, maxAge: 31_536_000, immutable: true }))
  router
    .route('/')
    .get((_request, response) => response.redirect(302, '/clients'))
    .all(readOnly)
  router
    .route(STAFF_PATHS)
    .get(compressed, ({ path }, response) => {
      const nonce = randomBytes(16).toString('base64')
      response.set('Content-Security-Policy', policyWith(nonce))
      response.set('Cache-Control', 'no-cache')
      response.type('html').send(pageAt(path).replaceAll('%NONCE%', nonce))
    })
    .all(readOnly)
  return router
}
