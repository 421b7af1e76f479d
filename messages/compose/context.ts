import type { MailContext, Undelivered } from '../../db/invitations/mailContext.ts'
import type { Told } from '../../db/onboardings/told.ts'
import { describe } from '../../domain/describe.ts'
import { firstName } from '../../domain/fields/person.ts'
import { type Said, sentenceOf } from '../../domain/rows/sentences.ts'
import { DAY_MS, type Facts, type Instant } from '../../domain/situation.ts'

/** What a message says besides the facts. The optional parts are read for the purposes that say them. */
export type Context = MailContext & {
  now: Instant
  /** Our origin: links, pages and logos are below it. */
  publicUrl: string
  /** The number of a reminder; 3 is the last. */
  touchN?: number | null
  /** Who asked for the link. */
  askedBy?: 'client' | 'practice'
  undelivered?: Undelivered | null
  told?: Told | null
}

/** The context of a message to the client: somebody is invited. */
export type ClientContext = Context & { invitation: NonNullable<MailContext['invitation']> }

/** Returns the first word of the name of whom messages go to; null for none. */
export const firstNameIn = ({ invitation, contactName }: Pick<Context, 'invitation' | 'contactName'>): string | null =>
  firstName(invitation?.name ?? contactName)

/** Returns how the client stands, as lists say it. */
export const situationNow = (facts: Facts, context: Context): string =>
  situationSentence(facts, context, describe(facts, context.now))

/** Returns one of the things that are open in a sentence, as lists say it. */
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
  return sentenceOf(said, facts, names, context.now)
}
