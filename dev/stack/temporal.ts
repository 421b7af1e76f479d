import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { isListening } from './ports.ts'
import { findProcess, findProcessesWith, stopProcess } from './processes.ts'
import { findTemporalProgram } from './temporalProgram.ts'

/** The options of our own Temporal server (loopback only); its log is beside the state. */
export type TemporalOptions = {
  /** SQLite file of the server's state; a server restarted on it continues. */
  dbFile: string
  port: number
  uiPort: number
  log: (line: string) => void
}

/** A Temporal server that answers: `address` is host:port; `pid` and `uiUrl` are null for a given one. */
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
  // Enables the button that pauses a workflow, which newer servers have.
  'frontend.WorkflowPauseEnabled=true',
  // By default a shard polls its queues 20 times a second, which adds 60 ms to each effect.
  'history.transferProcessorMaxPollRPS=1000',
  'history.timerProcessorMaxPollRPS=1000',
  // By default timers are held back up to a second, which would delay activity retries and short waits.
  'history.timerProcessorMaxTimeShift="50ms"',
  // Practices take turns in every queue, and urgent work goes first. A queue's rate is divided among its partitions,
  // each with its own turns, so there is only one.
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
  // After a refused gRPC connection the client waits a second before it retries, so the port is checked first.
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
 * and waits until it answers. Stops a server that a killed start left on the same state file first. Throws with the
 * server's last output when it does not start.
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
  child.on('error', () => undefined) // The missing pid reports it.
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
