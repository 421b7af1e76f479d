import express from 'express'
import { compressed } from '../compressed.ts'
import type { Dependencies } from '../dependencies.ts'
import type { Endpoint } from '../endpoint.ts'
import { methodNotAllowed } from '../errors.ts'
import { liveStream } from '../live/stream.ts'
import { noteUntouched } from '../outcome.ts'
import { hasBody } from '../readCall.ts'
import { authenticate } from './authenticate.ts'
import { endpoints, openEndpoints } from './endpoints.ts'
import { limitByAddress, limitByCaller } from './limitRate.ts'
import { LOGO_BODY } from './practice/changeLogo.ts'

/** Serves the staff API: the open endpoints, then those behind a key or a session. Every request is counted. */
export function staffRouter(deps: Dependencies): express.Router {
  const router = express.Router()
  const json = readJson('100kb')
  router.use(compressed, (_request, response, next) => {
    response.set('Cache-Control', 'private, no-cache')
    noteUntouched(response)
    next()
  })
  router.use(demandMethod([...openEndpoints, { method: 'get', path: '/live' }, ...endpoints]))
  route(router, deps, openEndpoints, [limitByAddress(deps), json])
  router.use(authenticate(deps), limitByCaller(deps))
  router.get('/live', liveStream(deps))
  router.use('/practice/logo', readJson(LOGO_BODY))
  router.use(json)
  route(router, deps, endpoints, [])
  return router
}

/** Parses the JSON of requests that take a body. Others are not read: their headers suffice to refuse them. */
function readJson(limit: string): express.RequestHandler {
  const read = express.json({ limit, type: ['application/json'] })
  return (request, response, next) => (hasBody(request.method) ? read(request, response, next) : next())
}

const routeOf = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

/** Refuses methods that an address does not serve, for every caller, including TRACE and OPTIONS. */
function demandMethod(all: Pick<Endpoint, 'method' | 'path'>[]): express.Router {
  const router = express.Router()
  for (const path of new Set(all.map((one) => one.path))) {
    const methods = all
      .filter((one) => one.path === path)
      .flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    router.all(routeOf(path), (request, _response, next) => {
      if (!methods.includes(request.method)) throw methodNotAllowed(methods)
      // Paths are in routing order, so the first match is the one that serves.
      next('router')
    })
  }
  return router
}

function route(router: express.Router, deps: Dependencies, all: Endpoint[], before: express.RequestHandler[]): void {
  for (const one of all) router[one.method](routeOf(one.path), ...before, one.handler(deps))
}
