import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { measureTroubles } from '../commands/measureTroubles.ts'
import { measureReconcileAge } from '../commands/reconcileAge.ts'
import type { Database } from '../db/client.ts'

/** The counters of the API. Labels are routes, codes and numbers: no client data. */
export type Metrics = {
  registry: Registry
  /** Counts an answered request; `route` is the pattern, never the requested address. */
  answered(method: string, route: string, status: number, seconds: number): void
  /** Counts an answered problem, by its code. */
  refused(code: string): void
  /** Counts a progress that was not signalled to the engine in time. */
  signalFailed(): void
}

/** Creates the process's metrics in a registry of their own, so that several apps can live in one process. */
export function createMetrics(db: Database): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  measureReconcileAge(registry, db)
  measureTroubles(registry, db)
  const durations = new Histogram({
    name: 'embark_http_request_duration_seconds',
    help: 'Time to answer a request, by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  const refusals = new Counter({
    name: 'embark_http_problems_total',
    help: 'Problems answered, by code',
    labelNames: ['code'],
    registers: [registry],
  })
  const failedSignals = new Counter({
    name: 'embark_signals_untold_total',
    help: 'Facts that the engine was not signalled at once; the reconciler repeats them',
    registers: [registry],
  })
  return {
    registry,
    answered: (method, route, status, seconds) => durations.observe({ method, route, status: String(status) }, seconds),
    refused: (code) => refusals.inc({ code }),
    signalFailed: () => failedSignals.inc(),
  }
}
