import type { Commands } from '../commands/execute.ts'
import type { LinkKeys } from '../commands/invitations/linkTokens.ts'
import type { MailTurns } from '../db/mailTurns.ts'
import type { BankConnector } from '../providers/bank/bank.ts'
import type { Connectors } from '../providers/connectors.ts'
import type { EmailProvider } from '../providers/email/email.ts'
import type { SmsProvider } from '../providers/sms/sms.ts'

/** The parts that composing and sending need, created once per process. */
export type Sending = {
  commands: Commands
  linkKeys: LinkKeys
  email: EmailProvider
  /** Takes a turn for a mail with its claim, so that few mails need a transaction of their own for it. */
  takeTurn: MailTurns['take']
  sms: SmsProvider
  /** `Name <address>` or an address; the practice's name replaces the name. */
  emailFrom: string
  banks: Connectors<BankConnector>
  publicUrl: string
}
