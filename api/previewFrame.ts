import express from 'express'

const PAGE = '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Preview</title></head></html>'

const POLICY = [
  "default-src 'none'",
  // Mails carry their styles on their parts. Nothing else of what is shown here may load or lead anywhere.
  "style-src 'unsafe-inline'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

/** An empty page at `/preview-frame`: the staff app shows in it what a client gets, which its own policy would not let it. */
export function previewFrame(): express.Router {
  const router = express.Router()
  router.get('/preview-frame', (_request, response) => {
    response.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'public, max-age=3600' }).type('html').send(PAGE)
  })
  return router
}
