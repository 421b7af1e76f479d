import { openAsks } from '../../../domain/connections/bankAsks.ts'
import { banksAskedFor } from '../../../domain/connections/severalBanks.ts'
import { usualSetupGuide } from '../../../domain/fields/setupGuide.ts'
import { asksIfAll, stateOf, stepOf } from '../../../domain/situation.ts'
import type { Behind } from '../../../pages/client/behind.ts'
import type { BankOutcomeView, BankTile } from '../../../pages/client/connections/view.ts'
import type { ClientView } from '../../../pages/client/view.ts'
import { bankTryPage, lastTry } from './lastTry.ts'
import { banksOf, canAddBank, sharedOf, standing } from './shared.ts'
import {
  addHrefOf,
  bankStep,
  booksIsTheirs,
  clientSteps,
  footOf,
  hintOf,
  isOpen,
  manageOf,
  type PageSource,
  reachedBy,
  tilesOf,
  wordsOf,
} from './source.ts'

/** Returns the page of somebody who accepted: the first thing that is left to do, or that nothing is. */
export function acceptedPage(source: PageSource, behind: Behind): ClientView {
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
      ...tilesOf(source.offer.ledgers, context),
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
  const { facts, context, offer, url } = source
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
    asked: openAsks(facts).flatMap(({ institutionName: name }) => (name === null ? [] : [{ name }])),
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
