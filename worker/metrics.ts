import { createServer, type Server } from 'node:http'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** Creates the registry with the process's default metrics. */
export function createRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/** Counts the reconciler's repairs and records when each chore last succeeded. */
export type ChoreMetrics = { repaired(why: string): void; succeeded(chore: string): void }

/** Adds the chores' metrics. A chore that has not succeeded since the start has no value. */
export function createChoreMetrics(registry: Registry): ChoreMetrics {
  const repairs = new Counter({
    name: 'embark_reconcile_repairs_total',
    help: 'Onboardings that the engine had lost sight of and was signalled again, by reason',
    labelNames: ['why'],
    registers: [registry],
  })
  const successes = new Gauge({
    name: 'embark_chore_last_success_timestamp_seconds',
    help: 'When a chore of this worker last succeeded, in seconds since the epoch, by chore',
    labelNames: ['chore'],
    registers: [registry],
  })
  return {
    repaired: (why) => repairs.inc({ why }),
    succeeded: (chore) => successes.set({ chore }, Date.now() / 1000),
  }
}

/** The time limit for reading the SDK's metrics; without an answer they are left out. */
const SDK_PATIENCE_MS = 2_000

/** Reads the SDK's own metrics from its core's address; empty if it does not answer. */
async function readSdkMetrics(address: string): Promise<string> {
  const answer = fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(SDK_PATIENCE_MS) })
  return answer.then((response) => response.text()).catch(() => '')
}

/**
 * Serves /metrics, /healthz and /readyz. `sdkMetrics`: the address of the SDK's metrics, which are added to ours.
 * `check` rejects while the worker cannot work. Rejects if the port is in use.
 */
export async function serveMetrics(
  { host, port }: { host: string; port: number },
  registry: Registry,
  sdkMetrics: string | null,
  check: () => Promise<void>,
): Promise<Server> {
  const readAll = async () => {
    const [ours, theirs] = await Promise.all([registry.metrics(), sdkMetrics ? readSdkMetrics(sdkMetrics) : ''])
    return `${ours.trimEnd()}\n${theirs}`
  }
  const answers: Record<string, () => Promise<{ status: number; type: string; body: string }>> = {
    '/metrics': async () => ({ status: 200, type: registry.contentType, body: await readAll() }),
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
