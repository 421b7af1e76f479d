import { createServer, type Server } from 'node:http'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Database } from '../db/client.ts'
import { findAmiss } from '../db/onboardings/reconcile.ts'
import type { ReconcileConfig } from './config.ts'

/** The process's own metrics. */
export function createRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/** The one number of health: how long the oldest onboarding has been out of the engine's sight, by reason. */
export function measureReconciling(registry: Registry, db: Database, config: ReconcileConfig): void {
  new Gauge({
    name: 'embark_reconcile_oldest_age_seconds',
    help: 'Age of the oldest onboarding the engine has not started, was not told of, or slept past the time of',
    labelNames: ['why'],
    registers: [registry],
    async collect() {
      // With the database away the number is missing, and the others are still told.
      const oldest = await findAmiss(db, config, 1).catch(() => null)
      this.reset()
      if (!oldest) return
      for (const why of ['not_started', 'not_told', 'overslept'] as const) {
        const found = oldest.find((amiss) => amiss.why === why)
        this.set({ why }, found ? Math.max((Date.now() - found.since) / 1000, 0) : 0)
      }
    },
  })
}

/** Serves /metrics, /healthz and /readyz. `check` rejects while the worker cannot work. Rejects when the port is taken. */
export async function serveMetrics(
  host: string,
  port: number,
  registry: Registry,
  check: () => Promise<void>,
): Promise<Server> {
  const answers: Record<string, () => Promise<{ status: number; type: string; body: string }>> = {
    '/metrics': async () => ({ status: 200, type: registry.contentType, body: await registry.metrics() }),
    '/healthz': async () => ({ status: 200, type: 'text/plain', body: 'ok\n' }),
    '/readyz': async () => {
      const problem = await check().then(
        () => null,
        (error) => (error instanceof Error ? error.message : String(error)),
      )
      return { status: problem === null ? 200 : 503, type: 'text/plain', body: `${problem ?? 'ok'}\n` }
    },
  }
  const server = createServer((request, response) => {
    const answer = answers[request.url?.split('?')[0] ?? '']
    const end = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type }).end(body)
    if (!answer) return end(404, 'text/plain', 'not found\n')
    answer().then(
      ({ status, type, body }) => end(status, type, body),
      () => end(500, 'text/plain', 'the metrics cannot be read\n'),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return server
}
