import type { Commands } from '../commands/execute.ts'
import type { LinkKeys } from '../commands/invitations/linkTokens.ts'
import type { EmailProvider } from '../providers/email/email.ts'
import type { SmsProvider } from '../providers/sms/sms.ts'

/** What messages are made and sent with, made once per process. */
export type Sending = {
  commands: Commands
  linkKeys: LinkKeys
  email: EmailProvider
  sms: SmsProvider
  /** `Name <address>` or an address; the practice's name goes in front. */
  emailFrom: string
  publicUrl: string
}
