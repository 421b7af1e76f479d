import type { Logger } from 'pino'
import { Counter, type Registry } from 'prom-client'
import type { Dependencies } from '../activities/dependencies.ts'
import { connectEngine } from '../commands/engine.ts'
import { openDatabase } from '../db/client.ts'
import { createTrueLayer } from '../providers/bank/truelayer.ts'
import type { SendOutcome } from '../providers/email/email.ts'
import { createResend } from '../providers/email/resend.ts'
import { createXero } from '../providers/ledger/xero.ts'
import { createSealer } from '../providers/seal.ts'
import { createTwilio } from '../providers/sms/twilio.ts'
import type { WorkerConfig } from './config.ts'

/** What the activities work with, made from the configuration. Connects to nothing yet. */
export function createDependencies(config: WorkerConfig, logger: Logger, registry: Registry): Dependencies {
  const attempts = new Counter({
    name: 'embark_send_attempts_total',
    help: 'Attempts at sending a message, by channel and what they ended in',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  })
  const counted = (channel: string) => (sent: SendOutcome) => {
    attempts.inc({ channel, outcome: sent.outcome })
    return sent
  }
  const email = createResend(config.resend)
  const sms = createTwilio(config.twilio)
  const { namespace, connection } = config.temporal
  const { address, tls, apiKey, metadata } = connection
  return {
    commands: {
      db: openDatabase(config.databaseUrl, config.databaseConnections),
      engine: connectEngine({
        namespace,
        ...(address && { address }),
        ...(tls !== undefined && { tls }),
        ...(apiKey && { apiKey }),
        ...(metadata && { metadata }),
      }),
      onUntold: (onboardingId, error) => logger.warn({ onboardingId, error }, 'the engine was not told'),
    },
    linkKeys: config.linkKeys,
    sealer: createSealer(config.sealKeys),
    email: { ...email, send: (mail, key) => email.send(mail, key).then(counted('email')) },
    sms: { ...sms, send: (text) => sms.send(text).then(counted('sms')) },
    bank: createTrueLayer(config.truelayer),
    ledger: createXero(config.xero),
    emailFrom: config.emailFrom,
    publicUrl: config.publicUrl,
  }
}
