import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from '../dev/stack/ports.ts'
import { waitFor } from './waitFor.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A worker in a process of its own. `kill` sends -9; `stop` asks it to end and waits. `words`: its last output. */
export type WorkerProcess = {
  pid: number
  metricsUrl: string
  kill(): Promise<void>
  stop(): Promise<void>
  exitCode(): number | null
  words(): string
}

/**
 * Starts the worker with this environment and waits until it is ready. Throws with its last output when it ends. `hear`
 * gets all of its output.
 */
export async function spawnWorker(
  environment: Record<string, string>,
  hear: (output: string) => void = () => undefined,
): Promise<WorkerProcess> {
  const port = await freePort()
  const child = spawn(process.execPath, ['dev/serve.ts', 'worker'], {
    cwd: root,
    env: { PATH: process.env.PATH, ...environment, METRICS_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let words = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      words = `${words}${chunk}`.slice(-4_000)
      hear(String(chunk))
    })
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (hasEnded()) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  const metricsUrl = `http://127.0.0.1:${port}`
  try {
    await waitFor(
      'a worker process to be ready',
      async () => {
        if (hasEnded()) throw new Error(`the worker ended:\n${words}`)
        const response = await fetch(`${metricsUrl}/readyz`).catch(() => null)
        return response?.ok
      },
      40_000,
    )
  } catch (error) {
    await end('SIGKILL')
    throw error
  }
  return {
    pid: child.pid ?? 0,
    metricsUrl,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    exitCode: () => child.exitCode,
    words: () => words,
  }
}
