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

/** The staff API: what is open to everybody, then what a key or a session opens. Every request is counted. */
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

/** Reads the JSON of requests that take a body. Of others nothing is read: they are refused by their headers alone. */
function readJson(limit: string): express.RequestHandler {
  const read = express.json({ limit, type: ['application/json'] })
  return (request, response, next) => (hasBody(request.method) ? read(request, response, next) : next())
}

const routeOf = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

/** Refuses other methods than those that serve an address, whoever asks: TRACE and OPTIONS among them. */
function demandMethod(all: Pick<Endpoint, 'method' | 'path'>[]): express.Router {
  const router = express.Router()
  for (const path of new Set(all.map((one) => one.path))) {
    const methods = all
      .filter((one) => one.path === path)
      .flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    router.all(routeOf(path), (request, _response, next) => {
      if (!methods.includes(request.method)) throw methodNotAllowed(methods)
      // Paths are in the order in which they serve, so the first that matches is the one that does.
      next('router')
    })
  }
  return router
}

function route(router: express.Router, deps: Dependencies, all: Endpoint[], before: express.RequestHandler[]): void {
  for (const one of all) router[one.method](routeOf(one.path), ...before, one.handler(deps))
}
