import { Gauge, type Registry } from 'prom-client'
import type { Database } from '../db/client.ts'
import { readTroubles } from '../db/troubles.ts'

/**
 * Adds a metric to the registry: when each provider last had an error, within the last day, that its operator must fix.
 * If the database is away, the metric is missing and the others are served.
 */
export function measureTroubles(registry: Registry, db: Database): void {
  new Gauge({
    name: 'embark_provider_trouble_timestamp_seconds',
    help: 'When a provider last met something that an operator must mend, in seconds since the epoch, by service and error code',
    labelNames: ['service', 'code'],
    registers: [registry],
    async collect() {
      const troubles = await readTroubles(db).catch(() => [])
      this.reset()
      for (const { service, code, lastAtMs } of troubles) this.set({ service, code }, lastAtMs / 1000)
    },
  })
}
