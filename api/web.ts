import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
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
  '/confirm{/*rest}',
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

/** What a page needs beside what every page does, as links for its head. */
const linksTo = (files: string[]): string =>
  files
    .map((file) =>
      file.endsWith('.css')
        ? `<link rel="stylesheet" crossorigin href="/${file}" nonce="%NONCE%">`
        : `<link rel="modulepreload" crossorigin href="/${file}" nonce="%NONCE%">`,
    )
    .join('')

/**
 * The page at a path, without its nonce: the same everywhere, but that the pages which visits begin with name their files,
 * so that those are loaded beside the app and not after it.
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
 * The staff app, as it was built into `root`: its page at every address that is staff's, asked for anew each time, and
 * its files, whose names change with their content, to be kept for ever. They are sent as they were compressed.
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
