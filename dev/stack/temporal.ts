import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { isListening } from './ports.ts'
import { findProcess, findProcessesWith, stopProcess } from './processes.ts'
import { findTemporalProgram } from './temporalProgram.ts'

/** Where a Temporal server of our own keeps its state and listens (loopback only), with its log beside the state. */
export type TemporalOptions = {
  /** SQLite file of the server's state; a server started again on it goes on. */
  dbFile: string
  port: number
  uiPort: number
  log: (line: string) => void
}

/** A Temporal server that answers: `address` is host:port; `pid` and `uiUrl` are null for one that was given. */
export type Temporal = {
  address: string
  uiUrl: string | null
  describe: string
  pid: number | null
  isRunning: () => boolean
  stop: () => Promise<void>
}

const settings = [
  'frontend.WorkflowTimeSkippingEnabled=true',
  // The button that pauses a workflow, which newer servers have.
  'frontend.WorkflowPauseEnabled=true',
  // One shard polls its queues 20 times a second unless told otherwise, which is 60 ms on each effect.
  'history.transferProcessorMaxPollRPS=1000',
  'history.timerProcessorMaxPollRPS=1000',
  // Timers are otherwise held back until a second ahead of the clock: activity retries and short waits take as long.
  'history.timerProcessorMaxTimeShift="50ms"',
  // Practices take turns in every queue, and what somebody waits for goes first. A queue's rate is shared out among its
  // partitions, each of which takes turns by itself: so there is one.
  'matching.useNewMatcher=true',
  'matching.enableFairness=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
]

async function useGiven(): Promise<Temporal> {
  const { connectionOptions } = loadClientConnectConfig()
  const address = connectionOptions.address ?? ''
  try {
    const connection = await Connection.connect({ ...connectionOptions, connectTimeout: 5_000 })
    await connection.close()
  } catch (cause) {
    throw new Error(`The Temporal server of TEMPORAL_ADDRESS (${address}) does not answer.`, { cause })
  }
  return {
    address,
    uiUrl: null,
    describe: `the Temporal server at ${address}`,
    pid: null,
    isRunning: () => true,
    stop: async () => undefined,
  }
}

async function answers(address: string, port: number): Promise<boolean> {
  // A gRPC connection refused once waits a second before it tries again.
  if (!(await isListening(port))) return false
  try {
    const connection = await Connection.connect({ address, connectTimeout: 500 })
    try {
      await connection.withDeadline(Date.now() + 2_000, () =>
        connection.workflowService.describeNamespace({ namespace: 'default' }),
      )
    } finally {
      await connection.close()
    }
    return true
  } catch {
    return false
  }
}

/**
 * Uses the server of TEMPORAL_ADDRESS (and the other TEMPORAL_* variables) when it is set, else starts one of our own
 * and waits until it answers. A server left on the same state file by a killed start is stopped first. Fails with the
 * server's last words when it does not come up.
 */
export async function startTemporal({ dbFile, port, uiPort, log }: TemporalOptions): Promise<Temporal> {
  if (process.env.TEMPORAL_ADDRESS) return useGiven()
  const program = await findTemporalProgram(log)

  for (const { pid } of findProcessesWith(['start-dev', dbFile])) {
    log(`stopping the server an earlier start left behind (pid ${pid})`)
    await stopProcess(pid, 'SIGTERM', 10_000)
  }
  const args = ['server', 'start-dev', '--db-filename', dbFile, '--ip', '127.0.0.1', '--port', String(port)]
  args.push('--ui-port', String(uiPort), '--ui-disable-news-fetch', '--log-level', 'error')
  for (const pragma of ['journal_mode=wal', 'synchronous=normal']) args.push('--sqlite-pragma', pragma)
  for (const setting of settings) args.push('--dynamic-config-value', setting)

  const logFile = `${dbFile}.log`
  const out = openSync(logFile, 'a')
  const child = spawn(program.path, args, { stdio: ['ignore', out, out], detached: true })
  closeSync(out)
  child.on('error', () => undefined) // Told by the missing pid.
  child.unref()
  const { pid } = child
  if (pid === undefined) throw new Error(`${program.path} cannot be run.`)

  const address = `127.0.0.1:${port}`
  const end = Date.now() + 60_000
  while (!(await answers(address, port))) {
    const ended = child.exitCode !== null || child.signalCode !== null
    if (ended || Date.now() > end) {
      await stopProcess(pid, 'SIGTERM', 5_000)
      const words = existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n') : ''
      throw new Error(`Temporal did not start on port ${port}:\n${words}`)
    }
    await sleep(50)
  }
  return {
    address,
    uiUrl: `http://127.0.0.1:${uiPort}`,
    describe: `Temporal ${program.origin}, on port ${port}, state in ${dbFile}`,
    pid,
    isRunning: () => findProcess(pid) !== null,
    stop: () => stopProcess(pid, 'SIGTERM', 10_000),
  }
}
