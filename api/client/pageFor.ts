import type { ClientContext } from '../../db/invitations/clientPage.ts'
import type { Place } from '../../db/users/portal.ts'
import type { DeclineReason } from '../../domain/commands.ts'
import { isSameBusiness } from '../../domain/connections/matching.ts'
import { banksAskedFor } from '../../domain/connections/severalBanks.ts'
import { usualSetupGuide } from '../../domain/fields/setupGuide.ts'
import { asksIfAll, type Facts, type Instant, stateOf, stepOf } from '../../domain/situation.ts'
import { onPages } from '../../pages/brand.ts'
import type { Behind, HomeHint, OpenFoot } from '../../pages/client/behind.ts'
import type {
  BankChoice,
  BankOutcomeView,
  BankStep,
  BankTile,
  LedgerTile,
} from '../../pages/client/connections/view.ts'
import type { ClientView } from '../../pages/client/view.ts'
import { nationalNumber } from '../../providers/phone.ts'
import type { Account } from './account.ts'
import { type AskedConnector, askOf } from './bankAsk.ts'
import { bankTryPage, lastTry } from './lastTry.ts'
import { banksOf, canAddBank, sharedOf, standing } from './shared.ts'
import { isAcceptors, standingOf } from './standing.ts'

/** Returns the id of the only organisation of a person with this business's name; null for none or several. */
export function samePlace(places: readonly Place[], organisation: string): string | null {
  const [place, another] = places.filter(({ name }) => isSameBusiness(name, organisation))
  return place && !another ? place.id : null
}

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

/** Returns the fields of every page behind the link. */
export function behindOf({ context, base }: Pick<PageSource, 'context' | 'base'>): Behind {
  return {
    practice: onPages(context.practice),
    organisation: context.organisation,
    person: context.person,
    zone: context.practice.timeZone,
    base,
  }
}

/** Returns the channel that reaches the client; null without one. */
const reachedBy = ({ hasEmail, hasPhone, link }: ClientContext): 'email' | 'sms' | null => {
  if (hasEmail) return 'email'
  return hasPhone && !link.textsStopped ? 'sms' : null
}

/** Returns the home page, which needs no link. The address is named only on a link that was mailed to it. */
export const hintOf = ({ context: { link }, url }: Pick<PageSource, 'context' | 'url'>): HomeHint => ({
  home: `${new URL(url).host}/home`,
  email: link.channel === 'email' ? link.email : null,
})

/** Returns the page that a link opens. Pure. */
export function pageFor(source: PageSource): ClientView {
  const { facts, now, context } = source
  const { link } = context
  const behind = behindOf(source)
  const canSend = reachedBy(context) !== null
  switch (standingOf(facts, link, now)) {
    case 'open':
      return invited(source, behind)
    case 'own':
      return accepted(source, behind)
    case 'other':
      return {
        ...behind,
        page: 'already-accepted',
        acceptedAt: facts.instants.accepted ?? now,
        acceptedThrough: facts.invitation?.acceptedChannel ?? 'link',
        sendBy: reachedBy(context),
      }
    case 'replaced':
      return { ...behind, page: 'replaced', replacedAt: link.replacedAt ?? link.endedAt ?? now, canSend }
    case 'expired':
      return { ...behind, page: 'expired', expiredAt: facts.expiresAt ?? now, sentBy: link.channel, canSend }
    case 'declined':
      return {
        ...behind,
        page: 'declined',
        declinedAt: facts.instants.declined ?? now,
        reason: declineWords(context),
        canSend,
      }
    case 'cancelled':
      return cancelled(source, behind)
    case 'gave_up':
      return { ...behind, page: 'gave-up' }
    case 'finished':
      return {
        ...behind,
        page: 'finished',
        completedAt: facts.instants.completed ?? now,
        canSignIn: link.email !== null && isAcceptors(facts, link),
        canSend,
      }
    case 'unknown':
      return { page: 'unknown-link' }
  }
}

function invited(source: PageSource, behind: Behind): ClientView {
  const { facts, context, account } = source
  if (account.is === 'wrong') {
    return { ...behind, page: 'wrong-account', invited: account.invited, current: account.current }
  }
  if (account.is === 'existing' && !account.proven) return { ...behind, page: 'existing-sign-in', email: account.email }
  const existing = account.is === 'existing' ? account.email : null
  const shared = { ...behind, ...footOf(source), inviter: context.inviterName, existing }
  if (facts.invitation?.asks) {
    const { places = [] } = source
    const sees = { bank: isOpen(facts, 'bank'), books: booksIsTheirs(facts) && isOpen(facts, 'books') }
    return { ...shared, page: 'let-in', sees, places, suggested: samePlace(places, context.organisation) }
  }
  if (stateOf(stepOf(facts, 'bank')) === 'open') return { ...shared, page: 'invitation', bank: bankStep(source) }
  return { ...shared, page: 'join', steps: booksIsTheirs(facts) && isOpen(facts, 'books') ? 1 : 0 }
}

function accepted(source: PageSource, behind: Behind): ClientView {
  const { facts, context, query } = source
  const bank = stepOf(facts, 'bank')
  const isBooksOpen = isOpen(facts, 'books') && stepOf(facts, 'books').way !== 'by_hand'
  const booksNext = isBooksOpen && (booksIsTheirs(facts) || query.books)
  const saidNo = bank.reason === 'stopped' && !query.choose
  if (canAddBank(facts, context)) {
    if (query.another) return addBank(source, behind, booksNext)
    const tried = query.connected ? null : bankTryPage(source, behind, reachedBy(context))
    if (tried) return tried
    if (banksAskedFor(facts).length > 0 && !query.books) return addBank(source, behind, booksNext)
  }
  const connected = bankConnected(source, behind, isBooksOpen)
  if (asksIfAll(facts) && connected && !query.books) return connected
  if (isOpen(facts, 'bank') && !saidNo && !query.books) return bankPage(source, behind)
  if (booksNext && !(query.connected && standing(context, 'bank'))) {
    return {
      ...behind,
      ...footOf(source),
      page: 'resume-books',
      words: wordsOf(context),
      ...tilesOf(source),
      steps: booksIsTheirs(facts) ? clientSteps(facts) : 1,
      bankConnected: (stateOf(bank) === 'done' || asksIfAll(facts)) && standing(context, 'bank') !== null,
      lastTry: lastTry(context.booksSession, source.offer),
      manageHref: manageOf(source),
    }
  }
  const stopped = stoppedBefore(source, behind)
  if (stopped) return stopped
  if (isOpen(facts, 'bank')) {
    return { ...behind, page: 'told', about: 'no_wish_to_share', accepted: true, shared: sharedOf(context) }
  }
  const allDone = facts.instants.completed !== null || booksIsTheirs(facts)
  // While the practice still has something to do, the bank's own page says more than "all done".
  if (connected && (!allDone || query.connected)) return connected
  const { setupGuide, practice } = context
  return {
    ...behind,
    page: 'done',
    setupGuide: setupGuide ?? usualSetupGuide(practice.name),
    shared: sharedOf(context),
    manageHref: manageOf(source),
    addHref: addHrefOf(source),
    hint: hintOf(source),
  }
}

/** Returns the page to add a bank, with the banks that are shared already marked. */
function addBank(source: PageSource, behind: Behind, booksNext: boolean): ClientView {
  const { context, offer, url } = source
  const { choice, ...step } = bankStep(source)
  const shared = banksOf(context)
  const mark = (tile: BankTile): BankTile => {
    const one = shared.find(({ name }) => name === tile.name)
    return one ? { ...tile, shared: { until: one.until } } : tile
  }
  const session = context.bankSession
  const isAway = session?.status === 'pending' && session.leftAt !== null && source.now < session.expiresAt
  return {
    ...behind,
    ...footOf(source),
    page: 'add-bank',
    lastTry: lastTry(session, offer),
    left: isAway ? { bank: session.institutionName ?? offer.labelOf(session.provider), at: session.leftAt ?? 0 } : null,
    shared,
    notNow: notNowOf(source, booksNext),
    bank: {
      ...step,
      choice: choice.by === 'tiles' ? { ...choice, tiles: choice.tiles.map(mark) } : choice,
      qrUrl: `${url}/another`,
    },
  }
}

/** Returns the address that leaves adding a bank for now; null while nothing else is left to do. */
function notNowOf({ facts, base }: PageSource, booksNext: boolean): string | null {
  if (banksAskedFor(facts).length > 0) return booksNext ? `${base}?books=1` : null
  // Its question comes before what became of the last trip.
  return asksIfAll(facts) ? `${base}?connected=1` : base
}

/** Returns the address to add a bank; null if none can be added. */
const addHrefOf = ({ facts, context, base }: PageSource): string | null =>
  canAddBank(facts, context) ? `${base}/another` : null

/** Returns the ledgers to choose from, the client's own software first. */
function tilesOf({ context, offer: { ledgers } }: PageSource) {
  const own = ledgers.find(({ id }) => id === context.software)
  return { ledgers: own ? [own, ...ledgers.filter((one) => one !== own)] : ledgers, usual: own !== undefined }
}

/** Returns the page of an open bank step: the present or last session's state, else the banks. */
function bankPage(source: PageSource, behind: Behind): ClientView {
  const { facts, context, query, offer } = source
  const ended = query.choose ? null : bankTryPage(source, behind, reachedBy(context))
  return (
    ended ?? {
      ...behind,
      ...footOf(source),
      page: 'resume-bank',
      acceptedAt: facts.instants.accepted ?? source.now,
      lastTry: lastTry(context.bankSession, offer),
      bank: bankStep(source),
      booksDone: booksIsTheirs(facts) && !isOpen(facts, 'books'),
    }
  )
}

/** Returns the page for a client who stopped sharing their bank and shares none: it does not ask them to carry on. */
function stoppedBefore({ facts, context, base }: PageSource, behind: Behind): ClientView | null {
  const last = context.connections.find(({ kind }) => kind === 'bank')
  if (!last?.stoppedByClient || last.state !== 'disconnected' || standing(context, 'bank')) return null
  const { name: bankName, endedAt } = last
  const stoppedAt = endedAt ?? facts.lastActAt
  return {
    ...behind,
    page: 'stopped-before',
    bankName,
    stoppedAt,
    canAgain: isOpen(facts, 'bank'),
    manageHref: `${base}/stop`,
  }
}

function bankConnected(source: PageSource, behind: Behind, isBooksOpen: boolean): BankOutcomeView | null {
  const bank = standing(source.context, 'bank')
  if (!bank) return null
  const { accounts, accessUntil: sharedUntil, name: bankName } = bank
  const booksNext = isBooksOpen ? stepOf(source.facts, 'books').owner : null
  const shown = { ...behind, bankName, bankId: '', accounts, sharedUntil, booksNext }
  const links = { manageHref: manageOf(source), addHref: addHrefOf(source), hint: hintOf(source) }
  const asked = asksIfAll(source.facts) && {
    asksIfAll: true,
    others: banksOf(source.context).filter(({ id }) => id !== bank.id),
  }
  return { ...shown, page: 'bank-connected', ...links, ...asked }
}

/** Returns the page of a cancelled onboarding. The client who accepted may still see and stop sharing. */
function cancelled(source: PageSource, behind: Behind): ClientView {
  const { facts, context } = source
  const mine = isAcceptors(facts, context.link)
  const connected = sharedOf(context)
  const { phone } = context.practice
  // Neither sentence may be true for the holder of an older link: the page only says that the link is off.
  if (connected.length > 0 && context.link.replacedAt !== null)
    return { ...behind, page: 'replaced', replacedAt: context.link.replacedAt, canSend: reachedBy(context) !== null }
  return { ...behind, page: 'cancelled', connected, manageHref: mine ? manageOf(source) : null, phone }
}

function bankStep({ facts, now, context, url, offer }: PageSource): BankStep {
  return {
    ask: askOf(offer.connectors, now),
    choice: offer.choice,
    words: wordsOf(context),
    steps: clientSteps(facts),
    qrUrl: url,
  }
}

function footOf({ facts, now, context }: PageSource): OpenFoot {
  const { phone, textsStopped } = context.link
  return {
    now,
    worksUntil: facts.instants.accepted === null ? facts.expiresAt : null,
    textedNumber: phone !== null && !textsStopped ? nationalNumber(phone) : null,
  }
}

const manageOf = ({ context, base }: PageSource): string | null =>
  context.connections.some((one) => one.state !== 'disconnected') ? `${base}/stop` : null

export const wordsOf = ({ practice, payments }: Pick<ClientContext, 'practice' | 'payments'>) => ({
  reasonBank: practice.reasonBank,
  reasonBooks: practice.reasonBooks,
  payments,
})

const isOpen = (facts: Facts, kind: 'bank' | 'books'): boolean => stateOf(stepOf(facts, kind)) === 'open'

/** Returns true if the books are the client's to connect, or were. */
export function booksIsTheirs(facts: Facts): boolean {
  const books = stepOf(facts, 'books')
  return books.owner === 'client' && stateOf(books) !== 'skipped'
}

function clientSteps(facts: Facts): 1 | 2 {
  return booksIsTheirs(facts) && stateOf(stepOf(facts, 'bank')) !== 'skipped' ? 2 : 1
}

const DECLINED: Record<DeclineReason, string | null> = {
  not_my_company: 'This isn’t my company',
  not_the_right_person: 'I’m not the right person',
  no_wish: 'I don’t want to share my bank',
  not_now: 'Not now',
  other: null,
}

/** Returns the client's reason for declining, in their own words if given. A named person is not shown again. */
function declineWords({ declineReason, declineNote }: ClientContext): string | null {
  const code = (Object.keys(DECLINED) as DeclineReason[]).find((one) => one === declineReason)
  if (code === 'not_the_right_person') return DECLINED[code]
  return declineNote ?? (code ? DECLINED[code] : null)
}
