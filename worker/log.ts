import { type AddressInfo, createServer } from 'node:net'
import { type LogLevel, type LogMetadata, Runtime } from '@temporalio/worker'
import pino, { type Logger } from 'pino'
import { plainError } from '../db/plainError.ts'

const METHODS: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
}

/** What could name a person, wherever it turns up. */
const PERSONAL = ['to', 'email', 'phone', 'recipient', 'address', 'inputs', 'body', 'html', 'text', 'token', 'link']

/** A logger that writes JSON lines to the standard output, without anything that names a person. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    redact: { paths: [...PERSONAL, ...PERSONAL.map((name) => `*.${name}`)], remove: true },
    serializers: { error: plainError, err: plainError },
  })
}

let installing: Promise<{ sdkMetrics: string }> | null = null

/**
 * Lets the SDK log through ours, and its core serve its metrics on a free port of the loopback: the SDK has no other way
 * to give them. Once per process, before anything else of the SDK. Signals are ours to handle. Returns where the metrics
 * are, as host:port.
 */
export function installRuntime(logger: Logger): Promise<{ sdkMetrics: string }> {
  installing ??= install(logger)
  return installing
}

async function install(logger: Logger): Promise<{ sdkMetrics: string }> {
  const sdkMetrics = `127.0.0.1:${await findFreePort()}`
  const log = (level: LogLevel, message: string, meta?: LogMetadata) => {
    // The mail and text workers have none, on purpose.
    const expected = message.startsWith('No workflows registered')
    logger[METHODS[expected ? 'DEBUG' : level]](meta ?? {}, message)
  }
  Runtime.install({
    logger: {
      log,
      trace: (message, meta) => log('TRACE', message, meta),
      debug: (message, meta) => log('DEBUG', message, meta),
      info: (message, meta) => log('INFO', message, meta),
      warn: (message, meta) => log('WARN', message, meta),
      error: (message, meta) => log('ERROR', message, meta),
    },
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      metrics: { prometheus: { bindAddress: sdkMetrics } },
    },
    shutdownSignals: [],
  })
  return { sdkMetrics }
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
