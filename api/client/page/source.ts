import type { ClientContext } from '../../../db/invitations/clientPage.ts'
import type { Place } from '../../../db/users/portal.ts'
import { type Facts, type Instant, stateOf, stepOf } from '../../../domain/situation.ts'
import { onPages } from '../../../pages/brand.ts'
import type { Behind, HomeHint, OpenFoot } from '../../../pages/client/behind.ts'
import type { BankChoice, BankStep, LedgerTile } from '../../../pages/client/connections/view.ts'
import { nationalNumber } from '../../../providers/phone.ts'
import type { Account } from '../account.ts'
import { type AskedConnector, askOf } from '../offer/bankAsk.ts'
import { canAddBank } from './shared.ts'

/** The present offer of the connectors. `connectors`: those through which a new session may go, the first preferred. */
export type Offer = {
  connectors: readonly AskedConnector[]
  choice: BankChoice
  ledgers: readonly LedgerTile[]
  /** Returns a connector's name for people. */
  labelOf(provider: string): string
  /** Banks that several clients cannot connect to now. */
  outages: readonly string[]
}

/**
 * The input of a page. `base` is `/j/{token}`, `url` its absolute address. `choose`: show the banks again instead of
 * the last outcome; `connected`: the client just returned with the bank connected; `books`: show the accounting
 * software, whoever owns that step; `checked`: the bank was just polled; `another`: show the banks to add one more.
 */
export type PageSource = {
  facts: Facts
  now: Instant
  context: ClientContext
  base: string
  url: string
  offer: Offer
  account: Account
  /** The organisations of the signed-in person; read only for a request to be let in. */
  places?: readonly Place[]
  query: { choose: boolean; connected: boolean; books: boolean; checked: boolean; another?: boolean }
}

/** The facts of an organisation that a page about it shows: behind its link, or at its people's home. */
type Shown = { context: Pick<ClientContext, 'practice' | 'organisation' | 'person'>; base: string }

/** Returns the fields of every page about one organisation. */
export function behindOf({ context, base }: Shown): Behind {
  return {
    practice: onPages(context.practice),
    organisation: context.organisation,
    person: context.person,
    zone: context.practice.timeZone,
    base,
  }
}

/** Returns the channel that reaches the client; null without one. */
export const reachedBy = ({ hasEmail, hasPhone, link }: ClientContext): 'email' | 'sms' | null => {
  if (hasEmail) return 'email'
  return hasPhone && !link.textsStopped ? 'sms' : null
}

/** Returns the home page, which needs no link. The address is named only on a link that was mailed to it. */
export const hintOf = ({ context: { link }, url }: Pick<PageSource, 'context' | 'url'>): HomeHint => ({
  home: `${new URL(url).host}/home`,
  email: link.channel === 'email' ? link.email : null,
})

/** Returns the address to add a bank; null if none can be added. */
export const addHrefOf = ({ facts, context, base }: PageSource): string | null =>
  canAddBank(facts, context) ? `${base}/another` : null

/** Returns the ledgers to choose from, the client's own software first. */
export function tilesOf(ledgers: readonly LedgerTile[], { software }: Pick<ClientContext, 'software'>) {
  const own = ledgers.find(({ id }) => id === software)
  return { ledgers: own ? [own, ...ledgers.filter((one) => one !== own)] : ledgers, usual: own !== undefined }
}

/** Returns the bank step of a page: the request and the banks to choose from. */
export function bankStep({ facts, now, context, url, offer }: PageSource): BankStep {
  return {
    ask: askOf(offer.connectors, now),
    choice: offer.choice,
    words: wordsOf(context),
    steps: clientSteps(facts),
    qrUrl: url,
  }
}

/** Returns the foot of a page that can still be answered. */
export function footOf({ facts, now, context }: PageSource): OpenFoot {
  const { phone, textsStopped } = context.link
  return {
    now,
    worksUntil: facts.instants.accepted === null ? facts.expiresAt : null,
    textedNumber: phone !== null && !textsStopped ? nationalNumber(phone) : null,
  }
}

/** Returns the address to see and stop sharing; null if nothing was shared that is still there. */
export const manageOf = ({ context, base }: PageSource): string | null =>
  context.connections.some((one) => one.state !== 'disconnected') ? `${base}/stop` : null

/** Returns what the practice says about itself in the consent. */
export const wordsOf = ({ practice, payments }: Pick<ClientContext, 'practice' | 'payments'>) => ({
  reasonBank: practice.reasonBank,
  reasonBooks: practice.reasonBooks,
  payments,
})

/** Returns true if a step is left to do. */
export const isOpen = (facts: Facts, kind: 'bank' | 'books'): boolean => stateOf(stepOf(facts, kind)) === 'open'

/** Returns true if the books are the client's to connect, or were. */
export function booksIsTheirs(facts: Facts): boolean {
  const books = stepOf(facts, 'books')
  return books.owner === 'client' && stateOf(books) !== 'skipped'
}

/** Returns the number of steps that a client is told of. */
export function clientSteps(facts: Facts): 1 | 2 {
  return booksIsTheirs(facts) && stateOf(stepOf(facts, 'bank')) !== 'skipped' ? 2 : 1
}
