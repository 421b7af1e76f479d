import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs'
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
 * Runs the server until it answers on the port, and returns its pid. Runs it again, up to twice, when it ended because
 * an address was in use: it picks the ports of its inner services itself, now and then one that was just given away.
 * Throws with its last output when it does not answer within a minute.
 */
async function launch(
  program: string,
  args: string[],
  { logFile, port, log }: { logFile: string; port: number; log: (line: string) => void },
): Promise<number> {
  const end = Date.now() + 60_000
  for (let attemptsLeft = 2; ; attemptsLeft--) {
    const begin = existsSync(logFile) ? statSync(logFile).size : 0
    const out = openSync(logFile, 'a')
    const child = spawn(program, args, { stdio: ['ignore', out, out], detached: true })
    closeSync(out)
    child.on('error', () => undefined) // The missing pid reports it.
    child.unref()
    const { pid } = child
    if (pid === undefined) throw new Error(`${program} cannot be run.`)
    const ended = () => child.exitCode !== null || child.signalCode !== null
    while (!ended() && Date.now() < end) {
      if (await answers(`127.0.0.1:${port}`, port)) return pid
      await sleep(50)
    }
    const output = readFileSync(logFile).subarray(begin).toString()
    if (!ended() || attemptsLeft === 0 || !output.includes('address already in use')) {
      await stopProcess(pid, 'SIGTERM', 5_000)
      throw new Error(`Temporal did not start on port ${port}:\n${output.trimEnd().split('\n').slice(-8).join('\n')}`)
    }
    log('the server found one of its ports in use and is started again')
    await sleep(200)
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

  const pid = await launch(program.path, args, { logFile: `${dbFile}.log`, port, log })
  const address = `127.0.0.1:${port}`
  return {
    address,
    uiUrl: `http://127.0.0.1:${uiPort}`,
    describe: `Temporal ${program.origin}, on port ${port}, state in ${dbFile}`,
    pid,
    isRunning: () => findProcess(pid) !== null,
    stop: () => stopProcess(pid, 'SIGTERM', 10_000),
  }
}
