import express from 'express'
import { readLogo } from '../db/logos.ts'
import type { Dependencies } from './dependencies.ts'

const FILE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.png$/

/** Serves logos at `/logo/{id}.png`, cached for ever: a changed picture has another address. */
export function logoRouter({ db }: Dependencies): express.Router {
  const router = express.Router()
  router.get('/logo/:file', async (request, response, next) => {
    const id = FILE.exec(request.params.file)?.[1]
    const png = id === undefined ? null : await readLogo(db, id)
    if (!png) return next()
    response.set({
      'Cache-Control': 'public, max-age=31536000, immutable',
      // Mail programs load it from their own pages.
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'X-Content-Type-Options': 'nosniff',
    })
    response.type('png').send(png)
  })
  return router
}
