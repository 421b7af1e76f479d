import type { Logger } from 'pino'
import type { Commands } from '../commands/execute.ts'
import type { LinkKeys } from '../commands/invitations/linkTokens.ts'
import type { Database } from '../db/client.ts'
import type { BankConnector } from '../providers/bank/bank.ts'
import type { Connectors } from '../providers/connectors.ts'
import type { EmailProvider } from '../providers/email/email.ts'
import type { LedgerConnector } from '../providers/ledger/ledger.ts'
import type { Outbound } from '../providers/outbound.ts'
import type { CompanyRegister } from '../providers/register/register.ts'
import type { Sealer } from '../providers/seal.ts'
import type { SmsProvider } from '../providers/sms/sms.ts'
import type { Identity } from './identity/identity.ts'
import type { Feed } from './live/feed.ts'
import type { Metrics } from './metrics.ts'

/** The dependencies of all routers, created once per process. Also serves as the `Providers` of sessions. */
export type Dependencies = {
  db: Database
  commands: Commands
  linkKeys: LinkKeys
  sealer: Sealer
  banks: Connectors<BankConnector>
  ledgers: Connectors<LedgerConnector>
  email: EmailProvider
  sms: SmsProvider
  identity: Identity
  /** The guarded fetch for addresses that a practice chose. */
  outbound: Outbound
  /** The register in which companies are looked up; null when not configured. */
  register: CompanyRegister | null
  /** Names of banks that come first on pages of practices whose clients have used none yet; by default our list. */
  usualBanks?: readonly string[]
  /** The database's changes, for open lists. */
  feed: Feed
  /** Our public origin, without a trailing slash. */
  publicUrl: string
  /** `Name <address>` or an address, the sender of mails; the practice's name is put in front. */
  emailFrom: string
  logger: Logger
  metrics: Metrics
  /** The number of proxies in front that are trusted to report the caller's address. */
  trustProxy: number | false
  /** The most requests of an API key or a person in a minute. */
  requestsPerMinute: number
  /** Token that /metrics requires; without one it is disabled. */
  metricsToken?: string | null
  /** True if answers are checked against their schema before they are sent; off in production. */
  checksAnswers?: boolean
  /** True if rights are checked; off only in tests of row-level security alone. */
  checksRights?: boolean
  /** The folder of the built staff app; none is served without it. */
  webRoot?: string | null
}
