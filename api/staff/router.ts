import express from 'express'
import type { Dependencies } from '../dependencies.ts'
import { wrongMethod } from '../errors.ts'
import { liveStream } from '../live/stream.ts'
import { authenticate, limitRate } from './authenticate.ts'
import { endpoints } from './endpoints.ts'

/** The staff API: every request carries a key, and is counted against its limit. */
export function staffRouter(deps: Dependencies): express.Router {
  const router = express.Router()
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'private, no-cache')
    next()
  })
  router.use(authenticate(deps), limitRate(deps))
  router.get('/live', liveStream(deps))
  router.all('/live', wrongMethod(['GET']))
  router.use(express.json({ limit: '100kb', type: ['application/json'] }))
  for (const path of new Set(endpoints.map((one) => one.path))) {
    const here = endpoints.filter((one) => one.path === path)
    const route = router.route(path.replace(/\{(\w+)\}/g, ':$1'))
    for (const one of here) route[one.method](one.handler(deps))
    const methods = here.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    route.all(wrongMethod(methods))
  }
  return router
}
