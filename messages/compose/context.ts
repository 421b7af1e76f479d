import type { ConfirmedForClient } from '../../db/connections/renewals.ts'
import type { MailContext, Undelivered } from '../../db/invitations/mailContext.ts'
import type { ClientReport } from '../../db/onboardings/clientReports.ts'
import { describe } from '../../domain/describe.ts'
import { firstName } from '../../domain/fields/person.ts'
import { blockerSentence, type Said } from '../../domain/rows/sentences.ts'
import { DAY_MS, type Facts, type Instant } from '../../domain/situation.ts'
import type { EndingBank } from '../templates/view.ts'

/** The banks that wait for the client's answer, the first to end first, and the days between two confirmations. */
export type AskedBanks = { ending: EndingBank[]; over: string[]; days: number; now: Instant }

/** The content of a message besides the facts. Optional parts are read only for the purposes that need them. */
export type Context = MailContext & {
  now: Instant
  /** Our origin, below which links, pages and logos are. */
  publicUrl: string
  /** The number of a reminder in its series, and whether it is the last. */
  reminderN?: number | null
  isLastReminder?: boolean
  /** The requester of the link. */
  askedBy?: 'client' | 'practice'
  undelivered?: Undelivered | null
  told?: ClientReport | null
  asked?: AskedBanks
  confirmed?: ConfirmedForClient | null
}

/** The context of a message to an invited client. */
export type ClientContext = Context & { invitation: NonNullable<MailContext['invitation']> }

/** Returns the first name of the recipient; null without a name. */
export const firstNameIn = ({ invitation, contactName }: Pick<Context, 'invitation' | 'contactName'>): string | null =>
  firstName(invitation?.name ?? contactName)

/** Returns the situation of the client as lists show it. */
export const situationNow = (facts: Facts, context: Context): string =>
  situationSentence(facts, context, describe(facts, context.now))

/** Returns the sentence of one open thing as lists show it. */
export function situationSentence(facts: Facts, context: Context, said: Said): string {
  const names = {
    first: firstNameIn(context),
    bank: context.bank?.name ?? null,
    ledger: context.ledger,
    domain: context.invitation?.email?.split('@')[1] ?? null,
    unmatched: Math.max((context.bank?.accounts ?? 0) - context.matched, 0),
    cancelledBy: null,
    giveUpDays: Math.round(facts.policy.giveUpAfterMs / DAY_MS),
  }
  return blockerSentence(said, facts, names, context.now)
}
