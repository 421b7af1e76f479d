import express from 'express'

const EMPTY_PAGE = '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Preview</title></head></html>'

const POLICY = [
  "default-src 'none'",
  // Mails have inline styles. Nothing else shown here may be loaded or linked to.
  "style-src 'unsafe-inline'",
  // The marks of banks stand inside the page.
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

/** Serves an empty page in which the staff app shows a client's mail or page; its own policy forbids that. */
export function previewFrame(): express.Router {
  const router = express.Router()
  router.get('/preview-frame', (_request, response) => {
    response
      .set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'public, max-age=3600' })
      .type('html')
      .send(EMPTY_PAGE)
  })
  return router
}
