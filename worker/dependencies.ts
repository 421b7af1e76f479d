import type { Logger } from 'pino'
import { Counter, type Registry } from 'prom-client'
import type { Dependencies } from '../activities/dependencies.ts'
import { openShared } from '../commands/configuration.ts'
import type { MailKind } from '../db/mailTurns.ts'
import type { SendOutcome } from '../providers/email/email.ts'
import type { WorkerConfig } from './config.ts'

/** The dependencies of a worker: `bulk` sends what no client waits for. */
export type WorkerDependencies = Dependencies & { bulk: Pick<Dependencies, 'email' | 'takeTurn'> }

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
  const { mailFor, ...shared } = openShared(config, logger)
  const { sms } = shared
  const countedMail = (kind: MailKind): WorkerDependencies['bulk'] => {
    const { email, takeTurn } = mailFor(kind)
    return { email: { ...email, send: (...mail) => email.send(...mail).then(counted('email')) }, takeTurn }
  }
  return {
    ...shared,
    ...countedMail('message'),
    bulk: countedMail('bulk'),
    sms: { ...sms, send: (text) => sms.send(text).then(counted('sms')) },
    emailFrom: config.emailFrom,
  }
}
