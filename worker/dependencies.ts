import type { Logger } from 'pino'
import { Counter, type Registry } from 'prom-client'
import type { Dependencies } from '../activities/dependencies.ts'
import { openShared } from '../commands/configuration.ts'
import type { SendOutcome } from '../providers/email/email.ts'
import type { WorkerConfig } from './config.ts'

/** Creates the activities' dependencies from the configuration. Opens no connection yet. */
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
  const shared = openShared(config, logger)
  const { email, sms } = shared
  return {
    ...shared,
    email: { ...email, send: (...mail) => email.send(...mail).then(counted('email')) },
    sms: { ...sms, send: (text) => sms.send(text).then(counted('sms')) },
    emailFrom: config.emailFrom,
  }
}
