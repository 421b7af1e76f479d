import express from 'express'
import { compressed } from '../compressed.ts'
import type { Dependencies } from '../dependencies.ts'
import type { Endpoint } from '../endpoint.ts'
import { wrongMethod } from '../errors.ts'
import { liveStream } from '../live/stream.ts'
import { noteUntouched } from '../outcome.ts'
import { authenticate } from './authenticate.ts'
import { endpoints, openEndpoints } from './endpoints.ts'
import { limitByAddress, limitByCaller } from './limitRate.ts'
import { LOGO_BODY } from './practice/changeLogo.ts'

/** The staff API: what is open to everybody, then what a key or a session opens. Every request is counted. */
export function staffRouter(deps: Dependencies): express.Router {
  const router = express.Router()
  const json = express.json({ limit: '100kb', type: ['application/json'] })
  router.use(compressed, (_request, response, next) => {
    response.set('Cache-Control', 'private, no-cache')
    noteUntouched(response)
    next()
  })
  route(router, deps, openEndpoints, [limitByAddress(deps), json])
  router.use(authenticate(deps), limitByCaller(deps))
  router.get('/live', liveStream(deps))
  router.all('/live', wrongMethod(['GET']))
  router.use('/practice/logo', express.json({ limit: LOGO_BODY, type: ['application/json'] }))
  router.use(json)
  route(router, deps, endpoints, [])
  return router
}

function route(router: express.Router, deps: Dependencies, all: Endpoint[], before: express.RequestHandler[]): void {
  for (const path of new Set(all.map((one) => one.path))) {
    const here = all.filter((one) => one.path === path)
    const at = router.route(path.replace(/\{(\w+)\}/g, ':$1'))
    for (const one of here) at[one.method](...before, one.handler(deps))
    const methods = here.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    at.all(wrongMethod(methods))
  }
}
