import type { Logger } from 'pino'
import type { Commands } from '../commands/execute.ts'
import type { LinkKeys } from '../commands/invitations/linkTokens.ts'
import type { Database } from '../db/client.ts'
import type { BankConnector } from '../providers/bank/bank.ts'
import type { EmailProvider } from '../providers/email/email.ts'
import type { LedgerConnector } from '../providers/ledger/ledger.ts'
import type { Outbound } from '../providers/outbound.ts'
import type { CompanyRegistry } from '../providers/registry/registry.ts'
import type { Sealer } from '../providers/seal.ts'
import type { SmsProvider } from '../providers/sms/sms.ts'
import type { Identity } from './identity/identity.ts'
import type { Feed } from './live/feed.ts'
import type { Metrics } from './metrics.ts'

/** What every router works with, made once per process. It is itself the `Providers` that trips to banks and ledgers need. */
export type Dependencies = {
  db: Database
  commands: Commands
  linkKeys: LinkKeys
  sealer: Sealer
  bank: BankConnector
  ledger: LedgerConnector
  email: EmailProvider
  sms: SmsProvider
  identity: Identity
  /** The way to addresses that a practice chose. */
  outbound: Outbound
  /** Where companies are looked up; null where that is not set up. */
  registry: CompanyRegistry | null
  /** Names of banks that come first on pages of practices whose clients have used none yet; ours unless said. */
  usualBanks?: readonly string[]
  /** What changes in the database, for open lists. */
  feed: Feed
  /** Our public origin, without a trailing slash. */
  publicUrl: string
  /** `Name <address>` or an address that mails come from; the practice's name goes in front. */
  emailFrom: string
  logger: Logger
  metrics: Metrics
  /** How many proxies before us are trusted to tell the caller's address. */
  trustProxy: number | false
  /** Requests an API key or a person may make in a minute. */
  requestsPerMinute: number
  /** Token that /metrics asks for; without one it is not there. */
  metricsToken?: string | null
  /** Answers are compared with their schema before they leave; off in production. */
  checksAnswers?: boolean
  /** Rights are demanded; off only where a test looks at what the database alone shows. */
  checksRights?: boolean
  /** The folder of the built staff app; none is served without it. */
  webRoot?: string | null
}
