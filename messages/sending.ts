import type { Commands } from '../commands/execute.ts'
import type { LinkKeys } from '../commands/invitations/linkTokens.ts'
import type { EmailProvider } from '../providers/email/email.ts'
import type { SmsProvider } from '../providers/sms/sms.ts'

/** The parts that composing and sending need, created once per process. */
export type Sending = {
  commands: Commands
  linkKeys: LinkKeys
  email: EmailProvider
  sms: SmsProvider
  /** `Name <address>` or an address; the practice's name replaces the name. */
  emailFrom: string
  publicUrl: string
}
