import type { ClientContext, PageConnection } from '../../db/invitations/clientPage.ts'
import type { Place } from '../../db/users/portal.ts'
import type { DeclineReason } from '../../domain/commands.ts'
import { isSameBusiness } from '../../domain/matching.ts'
import { DAY_MS, type Facts, type Instant, stateOf, stepOf } from '../../domain/situation.ts'
import { onPages } from '../../pages/brand.ts'
import type {
  BankChoice,
  BankOutcomeView,
  BankStep,
  Behind,
  ClientView,
  LedgerTile,
  OpenFoot,
} from '../../pages/client/view.ts'
import type { BankConnector } from '../../providers/bank/bank.ts'
import { nationalNumber } from '../../providers/phone.ts'
import type { Account } from './account.ts'
import { bankTryPage, lastTry } from './lastTry.ts'
import { isAcceptors, standingOf } from './standing.ts'

/** The one of a person's organisations that has the name of this business; null for none and for several. */
export function samePlace(places: readonly Place[], organisation: string): string | null {
  const [place, another] = places.filter(({ name }) => isSameBusiness(name, organisation))
  return place && !another ? place.id : null
}

/** What the connectors offer at this moment. */
export type Offer = {
  bank: Pick<BankConnector, 'label' | 'legalName' | 'registrationNumber' | 'accessDays'>
  choice: BankChoice
  ledgers: readonly LedgerTile[]
}

/**
 * Everything a page is made of. `base` is `/j/{token}`, `url` its absolute address. `choose`: the banks again, and not
 * how the last try ended; `connected`: they just came back with the bank connected.
 */
export type PageSource = {
  facts: Facts
  now: Instant
  context: ClientContext
  base: string
  url: string
  offer: Offer
  account: Account
  /** Where whoever is signed in is at home already; asked of a request to be let in alone. */
  places?: readonly Place[]
  query: { choose: boolean; connected: boolean }
}

/** What every page behind the link says. */
export function behindOf({ context, base }: Pick<PageSource, 'context' | 'base'>): Behind {
  return {
    practice: onPages(context.practice),
    organisation: context.organisation,
    zone: context.practice.timeZone,
    base,
  }
}

/** The page that a link opens: who gets what. Pure. */
export function pageFor(source: PageSource): ClientView {
  const { facts, now, context } = source
  const { link } = context
  const behind = behindOf(source)
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
        sendBy: context.hasEmail ? 'email' : 'sms',
      }
    case 'replaced':
      return { ...behind, page: 'replaced', replacedAt: link.replacedAt ?? link.endedAt ?? now }
    case 'expired':
      return { ...behind, page: 'expired', expiredAt: facts.expiresAt ?? now, sentBy: link.channel }
    case 'declined':
      return { ...behind, page: 'declined', declinedAt: facts.instants.declined ?? now, reason: declineWords(context) }
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
  const { facts, now, context, query } = source
  const bank = stepOf(facts, 'bank')
  const booksOpen = booksIsTheirs(facts) && isOpen(facts, 'books')
  const saidNo = bank.reason === 'stopped' && booksOpen && !query.choose
  if (isOpen(facts, 'bank') && !saidNo) {
    const tellBy = context.hasEmail ? 'email' : 'sms'
    const { label } = source.offer.bank
    const ended = query.choose ? null : bankTryPage(behind, context.bankSession, bank, label, tellBy, now)
    return (
      ended ?? {
        ...behind,
        ...footOf(source),
        page: 'resume-bank',
        acceptedAt: facts.instants.accepted ?? now,
        lastTry: lastTry(context.bankSession, label),
        bank: bankStep(source),
        booksDone: booksIsTheirs(facts) && !booksOpen,
      }
    )
  }
  const connected = bankConnected(source, behind, booksOpen)
  if (booksOpen) {
    if (query.connected && connected) return connected
    return {
      ...behind,
      ...footOf(source),
      page: 'resume-books',
      words: wordsOf(context),
      ledgers: source.offer.ledgers,
      steps: clientSteps(facts),
      bankConnected: stateOf(bank) === 'done',
      lastTry: lastTry(context.booksSession, source.offer.ledgers[0]?.name ?? ''),
      manageHref: manageOf(source),
    }
  }
  const allDone = facts.instants.completed !== null || booksIsTheirs(facts)
  const manageHref = manageOf(source)
  // While the practice still has something to do, the bank's own page says more than "all done".
  return connected && (!allDone || query.connected)
    ? connected
    : { ...behind, page: 'done', setupGuide: context.setupGuide, manageHref }
}

function bankConnected(source: PageSource, behind: Behind, booksNext: boolean): BankOutcomeView | null {
  const bank = standing(source.context, 'bank')
  if (!bank) return null
  const { accounts, accessUntil: sharedUntil, name: bankName } = bank
  const manageHref = manageOf(source)
  return { ...behind, page: 'bank-connected', bankName, bankId: '', accounts, sharedUntil, booksNext, manageHref }
}

/** Whoever accepted may still see and stop what they share, even when the link itself is off. */
function cancelled(source: PageSource, behind: Behind): ClientView {
  const { facts, context } = source
  const mine = isAcceptors(facts, context.link)
  const bank = standing(context, 'bank')
  // To an older link's holder neither of the two sentences may be true: they learn only that it is off.
  if (bank && context.link.replacedAt !== null)
    return { ...behind, page: 'replaced', replacedAt: context.link.replacedAt }
  return { ...behind, page: 'cancelled', connectedBank: bank?.name ?? null, manageHref: mine ? manageOf(source) : null }
}

function bankStep({ facts, now, context, url, offer }: PageSource): BankStep {
  const { label: name, legalName, registrationNumber: reference, accessDays } = offer.bank
  return {
    ask: {
      scopes: ['info', 'accounts'],
      transactionMonths: null,
      accessUntil: now + accessDays * DAY_MS,
      connector: { name, legalName, reference },
    },
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

const standing = (context: ClientContext, kind: PageConnection['kind']): PageConnection | null =>
  context.connections.find((one) => one.kind === kind && one.state !== 'disconnected') ?? null

const manageOf = ({ context, base }: PageSource): string | null =>
  context.connections.some((one) => one.state !== 'disconnected') ? `${base}/stop` : null

export const wordsOf = ({ practice }: Pick<ClientContext, 'practice'>) => ({
  reasonBank: practice.reasonBank,
  reasonBooks: practice.reasonBooks,
})

const isOpen = (facts: Facts, kind: 'bank' | 'books'): boolean => stateOf(stepOf(facts, kind)) === 'open'

/** The books are the client's to connect, or were. */
function booksIsTheirs(facts: Facts): boolean {
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

/** The reason in their own words, where they gave one; whom they named is not shown again. */
function declineWords({ declineReason, declineNote }: ClientContext): string | null {
  const code = (Object.keys(DECLINED) as DeclineReason[]).find((one) => one === declineReason)
  if (code === 'not_the_right_person') return DECLINED[code]
  return declineNote ?? (code ? DECLINED[code] : null)
}
