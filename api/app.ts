import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import express from 'express'
import helmet from 'helmet'
import { clientRouter } from './client/router.ts'
import { connectRouter } from './connect/router.ts'
import type { Dependencies } from './dependencies.ts'
import { answerProblems, unknownRoute } from './errors.ts'
import { bankHooksRouter, hooksRouter } from './hooks/router.ts'
import { requestLog, secondsSince } from './log.ts'
import { logoRouter } from './logo.ts'
import { noPage } from './noPage.ts'
import { docsRouter } from './ops/docs.ts'
import { opsRouter } from './ops/router.ts'
import { portalRouter } from './portal/router.ts'
import { previewFrame } from './previewFrame.ts'
import { staffRouter } from './staff/router.ts'
import { webRouter } from './web.ts'

const LARGEST_SIGN_IN = '20kb'

/** Creates the whole HTTP side: hooks, client pages, connections, staff API, staff app, operators' endpoints. */
export function createApp(deps: Dependencies): express.Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', deps.trustProxy)
  app.use((request, response, next) => {
    const begun = performance.now()
    request.id = randomUUID()
    response.set('X-Request-Id', request.id)
    response.on('finish', () => {
      const route: string = request.route ? `${request.baseUrl}${request.route.path}` : 'none'
      deps.metrics.answered(request.method, route, response.statusCode, secondsSince(begun))
    })
    next()
  })
  app.use(requestLog(deps.logger))
  app.use(
    helmet({
      // Allows nothing to be loaded: pages that need more set their own policy.
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'self'"], frameAncestors: ["'none'"] },
      },
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity: deps.publicUrl.startsWith('https:'),
    }),
  )
  app.use(opsRouter(deps))
  app.use(docsRouter(deps))
  // Hooks read their bodies themselves, because signatures cover the exact bytes.
  app.use(hooksRouter(deps), bankHooksRouter(deps))
  app.use(clientRouter(deps))
  app.use(portalRouter(deps))
  app.use(connectRouter(deps))
  // The sign-in library reads a whole body before any check, so it gets one that was read under a limit.
  app.all('/api/auth/*path', express.text({ type: () => true, limit: LARGEST_SIGN_IN }), deps.identity.handler)
  app.use('/api/v1', staffRouter(deps))
  app.use(logoRouter(deps), previewFrame())
  if (deps.webRoot) app.use(webRouter(deps.webRoot))
  app.use(unknownRoute)
  app.use(noPage(deps))
  app.use(answerProblems(deps.logger, deps.metrics))
  return app
}
