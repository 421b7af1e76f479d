import type { Commands } from '../commands/execute.ts'
import type { LinkKeys } from '../commands/invitations/linkTokens.ts'
import type { BankConnector } from '../providers/bank/bank.ts'
import type { EmailProvider } from '../providers/email/email.ts'
import type { LedgerConnector } from '../providers/ledger/ledger.ts'
import type { Sealer } from '../providers/seal.ts'
import type { SmsProvider } from '../providers/sms/sms.ts'

/** What the activities work with, made once per worker. */
export type Dependencies = {
  commands: Commands
  linkKeys: LinkKeys
  sealer: Sealer
  email: EmailProvider
  sms: SmsProvider
  bank: BankConnector
  ledger: LedgerConnector
  /** `Name <address>` or an address; the practice's name goes in front. */
  emailFrom: string
  publicUrl: string
}
