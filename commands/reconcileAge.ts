import { Gauge, type Registry } from 'prom-client'
import type { Database } from '../db/client.ts'
import { PATIENCE, readLongestStale } from '../db/onboardings/reconcile.ts'

/**
 * Adds a metric to the registry: how long the longest waiting onboarding, connection or sign-in has waited for the engine. If the
 * database is away, the metric is missing and the others are served.
 */
export function measureReconcileAge(registry: Registry, db: Database, patience = PATIENCE): void {
  new Gauge({
    name: 'embark_reconcile_oldest_age_seconds',
    help: 'Age of the oldest start, fact, due move or due message that still waits for the engine, by reason',
    labelNames: ['why'],
    registers: [registry],
    async collect() {
      const longest = await readLongestStale(db, patience).catch(() => null)
      this.reset()
      if (!longest) return
      for (const why of ['not_started', 'not_told', 'overslept', 'due'] as const) {
        const found = longest.find((stale) => stale.why === why)
        this.set({ why }, found ? Math.max((Date.now() - found.since) / 1000, 0) : 0)
      }
    },
  })
}
