import { readConfig } from './config.ts'
import { startWorker } from './worker.ts'

const stopping = new AbortController()
try {
  const config = readConfig(process.env)
  const starting = startWorker(config, stopping.signal)
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      stopping.abort()
      starting.then((worker) => worker.stop()).catch(() => {})
    })
  }
  const worker = await starting
  if (stopping.signal.aborted) await worker.stop()
  await worker.ended
} catch (error) {
  if (!stopping.signal.aborted) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exitCode = 1
  }
}
// Connections that a provider keeps open must not keep the process alive.
process.exit()
