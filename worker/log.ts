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

/** Field names that may identify a person; the log removes them. */
const PERSONAL = ['to', 'email', 'phone', 'recipient', 'address', 'inputs', 'body', 'html', 'text', 'token', 'link']

/** Creates a logger that writes JSON lines to the standard output, without fields that may identify a person. */
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
 * Installs the SDK's runtime: it logs through our logger, serves its metrics on a free loopback port (the SDK offers no
 * other way), and leaves signals to us. Once per process, before any other use of the SDK. Returns the metrics' address
 * as host:port.
 */
export function installRuntime(logger: Logger): Promise<{ sdkMetrics: string }> {
  installing ??= install(logger)
  return installing
}

async function install(logger: Logger): Promise<{ sdkMetrics: string }> {
  const sdkMetrics = `127.0.0.1:${await findFreePort()}`
  const log = (level: LogLevel, message: string, meta?: LogMetadata) => {
    // The mail and text workers have no workflows on purpose.
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
