import express from 'express'
import { missingMigrations } from '../../db/readiness.ts'
import type { Dependencies } from '../dependencies.ts'
import { wrongMethod } from '../errors.ts'

/** Checks are answered in this time, whatever is down. */
const PATIENCE_MS = 3_000

/**
 * `/healthz`: the process is up. `/readyz`: it can serve; the engine's state is told and changes nothing, since facts are
 * recorded without it. `/metrics`: for Prometheus.
 */
export function opsRouter({ db, commands, metrics }: Dependencies): express.Router {
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
    .get(async (_request, response) => {
      response.type(metrics.registry.contentType).send(await metrics.registry.metrics())
    })
    .all(wrongMethod(['GET', 'HEAD']))
  return router
}

function within<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS).unref()
  })
  return Promise.race([work, late])
}
