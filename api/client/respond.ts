import { createHash } from 'node:crypto'
import type { Response } from 'express'
import { renderClientPage } from '../../pages/client/render.tsx'
import type { ClientView } from '../../pages/client/view.ts'
import { RETRY_AFTER_SECONDS } from '../unavailable.ts'

/** The answer to a client's request: a page, with another status than its own if given, or a redirect. */
export type Answer = { view: ClientView; status?: number } | { to: string }

/** Sends an answer. `formOrigins`: browsers apply `form-action` also to the redirect that answers a form. */
export function respond(response: Response, answer: Answer, formOrigins: readonly string[]): void {
  response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex, nofollow' })
  if ('to' in answer) {
    response.status(303).set('Location', answer.to).end()
    return
  }
  const { status, html, css } = renderClientPage(answer.view)
  if (answer.view.page === 'too-many-tries') {
    response.set('Retry-After', String(Math.max(1, Math.ceil((Number(answer.view.tryAt) - Date.now()) / 1000))))
  }
  if (answer.view.page === 'busy') response.set('Retry-After', String(RETRY_AFTER_SECONDS))
  response
    .status(answer.status ?? status)
    .set({ 'Content-Security-Policy': policy(css, formOrigins), 'X-Content-Type-Options': 'nosniff' })
    .type('html')
    .send(html)
}

/** Returns the Content Security Policy: only the page's style sheet and our own images. */
function policy(css: string, formOrigins: readonly string[]): string {
  const style = createHash('sha256').update(css).digest('base64')
  return [
    "default-src 'none'",
    `style-src 'sha256-${style}'`,
    "img-src 'self' data:",
    `form-action ${["'self'", ...formOrigins].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
