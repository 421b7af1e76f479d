import { readConfig } from './config.ts'
import { startSandbox } from './server.ts'

const sandbox = await startSandbox(readConfig(process.env))

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  await sandbox.close()
  process.exit(0)
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())

// Comes last: a process that waits for this line may stop the sandbox right after it.
process.stdout.write(`${JSON.stringify({ ready: true, service: 'sandbox', url: sandbox.url, pid: process.pid })}\n`)
