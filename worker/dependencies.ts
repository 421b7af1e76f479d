import type { Logger } from 'pino'
import { Counter, type Registry } from 'prom-client'
import type { Dependencies } from '../activities/dependencies.ts'
import { openShared } from '../commands/configuration.ts'
import type { MailKind } from '../db/mailTurns.ts'
import type { EmailProvider, SendOutcome } from '../providers/email/email.ts'
import type { WorkerConfig } from './config.ts'

/** The dependencies of a worker: `bulkEmail` sends what no client waits for. */
export type WorkerDependencies = Dependencies & { bulkEmail: EmailProvider }

/** Creates the dependencies of activities and chores from the configuration. Opens no connection yet. */
export function createDependencies(config: WorkerConfig, logger: Logger, registry: Registry): WorkerDependencies {
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
  const { emailFor, ...shared } = openShared(config, logger)
  const { sms } = shared
  const countedEmail = (kind: MailKind): EmailProvider => {
    const email = emailFor(kind)
    return { ...email, send: (...mail) => email.send(...mail).then(counted('email')) }
  }
  return {
    ...shared,
    email: countedEmail('message'),
    bulkEmail: countedEmail('bulk'),
    sms: { ...sms, send: (text) => sms.send(text).then(counted('sms')) },
    emailFrom: config.emailFrom,
  }
}
