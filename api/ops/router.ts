import { timingSafeEqual } from 'node:crypto'
import express, { type Request } from 'express'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import { missingMigrations } from '../../db/readiness.ts'
import type { Dependencies } from '../dependencies.ts'
import { wrongMethod } from '../errors.ts'
import { notFound, Problem } from '../problem.ts'

/** The longest time for a health check, whatever is down. */
const HEALTH_WITHIN_MS = 3_000

/**
 * Serves health and metrics. `/healthz`: the process runs. `/readyz`: it can serve; reports the engine's state without
 * depending on it, because facts are recorded without the engine. `/metrics`: for Prometheus, with the token of
 * METRICS_TOKEN because the port is public; disabled without one.
 */
export function opsRouter({ db, commands, metrics, metricsToken }: Dependencies): express.Router {
  const router = express.Router()
  router
    .route('/healthz')
    .get((_request, response) => {
      response.set('Cache-Control', 'no-store').json({ status: 'ok' })
    })
    .all(wrongMethod(['GET', 'HEAD']))
  router
    .route('/readyz')
    .get(async (_request, response) => {
      const [database, engine] = await Promise.all([
        within(missingMigrations(db)).then(
          (missing) => (missing.length === 0 ? 'ok' : `migrations are missing: ${missing.join(', ')}`),
          () => 'unreachable',
        ),
        within(commands.engine.check()).then(
          () => 'ok',
          () => 'unreachable',
        ),
      ])
      const status = database === 'ok' ? 200 : 503
      response
        .status(status)
        .set('Cache-Control', 'no-store')
        .json({ status: status === 200 ? 'ready' : 'not ready', database, engine })
    })
    .all(wrongMethod(['GET', 'HEAD']))
  router
    .route('/metrics')
    .get(async (request, response) => {
      demandToken(request, metricsToken ?? null)
      response.type(metrics.registry.contentType).send(await metrics.registry.metrics())
    })
    .all(wrongMethod(['GET', 'HEAD']))
  return router
}

/** Throws a problem unless the caller sends the token as `Authorization: Bearer`. */
function demandToken(request: Request, token: string | null): void {
  if (token === null) throw notFound()
  const given = /^Bearer +(\S+)$/i.exec(request.get('Authorization') ?? '')?.[1] ?? ''
  if (timingSafeEqual(sha256(given), sha256(token))) return
  throw new Problem(401, 'unauthorized', 'Send the token of METRICS_TOKEN: Authorization: Bearer <token>.', {
    headers: { 'WWW-Authenticate': 'Bearer realm="metrics"' },
  })
}

function within<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('no answer in time')), HEALTH_WITHIN_MS).unref()
  })
  return Promise.race([work, late])
}
