import { randomUUID } from 'node:crypto'
import { closeMissingAccounts } from '../../commands/connections/banks/missingAccounts.ts'
import {
  agreeToReconnect,
  type Confirmed,
  confirmConsent,
  type Yes,
} from '../../commands/connections/renewals/renew.ts'
import { departRenewal } from '../../commands/connections/renewals/renewalVisit.ts'
import { settleAgain } from '../../commands/settleTurned.ts'
import { readMissing } from '../../db/connections/missingAccounts.ts'
import { readConnectedBy, readLastConfirmed, writeOpened } from '../../db/connections/renewals.ts'
import type { PageConnection } from '../../db/connections/shown.ts'
import { isToConfirm, nextAsk, renewalWay, renewedUntil } from '../../domain/connections/renewal.ts'
import { asksIfAll, type Instant } from '../../domain/situation.ts'
import type { EndingBank } from '../../pages/client/connections/view.ts'
import type { BankConnector } from '../../providers/bank/bank.ts'
import type { Connectors } from '../../providers/connectors.ts'
import type { Dependencies } from '../dependencies.ts'
import { type Act, depart, linkActor, maySeeSharing } from './acts.ts'
import { bindBrowser } from './browser.ts'
import { askOf } from './offer/bankAsk.ts'
import type { Opened } from './open.ts'
import { behindOf, hintOf, wordsOf } from './page/source.ts'
import type { Answer } from './respond.ts'

type Ending = PageConnection & { accessUntil: Instant }

const isBank = ({ kind, state }: PageConnection): boolean => kind === 'bank' && state !== 'disconnected'

/** Returns the banks of a client whose access has an end. */
const endingBanks = ({ connections }: Opened['context']): Ending[] =>
  connections.filter((one): one is Ending => isBank(one) && one.accessUntil !== null)

/** Returns the banks whose consent the client can confirm now, the first to end first. */
function endingOf({ context, now }: Pick<Opened, 'context' | 'now'>): Ending[] {
  return endingBanks(context)
    .filter((one) => isToConfirm(one, now))
    .sort((one, other) => one.accessUntil - other.accessUntil)
}

/** Returns true if the client waits to be asked: the page of their link then begins with it. */
export const isAsked = (opened: Opened): boolean => endingOf(opened).some(({ askedAt }) => askedAt !== null)

function bankOf({ banks }: { banks: Connectors<BankConnector> }, now: Instant, bank: PageConnection): EndingBank {
  const { id, name, accounts, missing, accessUntil: until, endsThere, provider, state } = bank
  const connector = banks.find(provider) ?? banks.first
  const way = renewalWay(connector.renewal, bank)
  // A visit or a new connection brings an end of its own.
  const newUntil = renewedUntil(now, connector.accessDays, way === 'confirm' ? endsThere : null)
  const isOver = state === 'lost' || (until !== null && until <= now)
  const ask = { ...askOf([connector], now), accessUntil: newUntil }
  return { id, name, accounts, missing, until, newUntil, way, isOver, ask, answer: `${id}@${until ?? ''}` }
}

/** Returns the page that asks to keep sharing; the link's own page if nothing is to be confirmed. */
export function keepPage(deps: Dependencies, opened: Opened, isUnticked = false): Answer {
  return askingPage(deps, opened, endingOf(opened), isUnticked)
}

/** Returns the page that asks to share one bank again, whenever its access ends. It says who shared it before. */
export async function reconnectPage(
  deps: Dependencies,
  opened: Opened,
  id: string,
  isUnticked = false,
): Promise<Answer> {
  const { context, target } = opened
  const bank = context.connections.find((one) => one.id === id && isBank(one))
  if (!bank || !maySeeSharing(opened)) return { to: opened.base }
  const by = await deps.db.inPractice(target.practiceId, (tx) => readConnectedBy(tx, id))
  const page = askingPage(deps, opened, [bank], isUnticked)
  if (!('view' in page) || page.view.page !== 'keep-sharing') return page
  return { ...page, view: { ...page.view, again: { id, by: by?.name ?? null, at: bank.givenAt } } }
}

function askingPage(deps: Dependencies, opened: Opened, ending: PageConnection[], isUnticked = false): Answer {
  const banks = maySeeSharing(opened) ? ending.map((one) => bankOf(deps, opened.now, one)) : []
  if (banks.length === 0) return { to: opened.base }
  const asked = { banks, words: wordsOf(opened.context), isUnticked, asOf: opened.now }
  const view = { ...behindOf(opened), page: 'keep-sharing', ...asked } as const
  return { view, ...(isUnticked && { status: 400 }) }
}

/** Returns the page of a client who decides later. Nothing is recorded: the reminders go on. */
export function laterPage(opened: Opened): Answer {
  const [first] = maySeeSharing(opened) ? endingOf(opened) : []
  if (!first || first.state === 'lost') return { to: opened.base }
  const zone = opened.context.practice.timeZone
  return {
    view: { ...behindOf(opened), page: 'keep-later', remindAt: nextAsk({ ...first, zone }), until: first.accessUntil },
  }
}

/** Returns the page after an answer, or after a visit to the bank: kept, kept before, or unchanged. */
export async function keptPage(deps: Dependencies, opened: Opened, id: string, isAgain: boolean): Promise<Answer> {
  const { context, target, now } = opened
  const connection = context.connections.find((one) => one.id === id && one.kind === 'bank')
  if (!maySeeSharing(opened) || !connection) return { to: opened.base }
  if (connection.state === 'disconnected') return { to: `${opened.base}/stop/${id}` }
  const behind = behindOf(opened)
  const bank = bankOf(deps, now, connection)
  const rest = endingOf(opened)
  // A connection without an end was never confirmed.
  const isUnanswered = connection.accessUntil === null || rest.some((one) => one.id === id)
  if (isUnanswered) return { view: { ...behind, page: 'not-kept', bank } }
  if (connection.state === 'lost') return { to: opened.base }
  const missing = await deps.db.inPractice(target.practiceId, (tx) => readMissing(tx, id))
  if (missing.length > 0) return { view: { ...behind, page: 'account-missing', bank, missing, asOf: now } }
  const hint = hintOf({ context, url: `${deps.publicUrl}${opened.base}` })
  const last = isAgain
    ? await deps.db.inPractice(target.practiceId, (tx) => readLastConfirmed(tx, target.onboardingId, id))
    : null
  const asked = asksIfAll(opened.facts) && { asksIfAll: true }
  if (last) return { view: { ...behind, page: 'kept-before', bank, at: last.at, by: last.name, hint } }
  return { view: { ...behind, page: 'kept', bank, next: rest[0]?.name ?? null, ...asked, hint } }
}

/** Takes the word that the accounts which the page named at `asOf` are closed. An end that is near is asked about on. */
export async function accountsClosed(
  { deps, opened }: Act,
  connectionId: string,
  asOf: Instant | null,
): Promise<string> {
  if (!maySeeSharing(opened)) return opened.base
  await closeMissingAccounts(deps.commands, opened.target, linkActor(opened), connectionId, asOf)
  const bank = endingBanks(opened.context).find(({ id }) => id === connectionId)
  const endsSoon = bank !== undefined && isToConfirm({ ...bank, askedAt: null }, opened.now)
  return endsSoon ? `${opened.base}/keep` : `${opened.base}/kept/${connectionId}`
}

/** Sends the client to the bank again to choose accounts. The earlier yes counts for the accounts chosen there. */
export async function chooseAgain(act: Act, connectionId: string): Promise<string | Answer> {
  const { deps, opened, request, response } = act
  const bank = opened.context.connections.find((one) => one.id === connectionId && one.state === 'connected')
  if (!maySeeSharing(opened) || !bank) return opened.base
  const yes = { connectionId, shownUntil: bank.accessUntil }
  if (deps.banks.find(bank.provider)?.update === undefined) return departAnew(act, bank, yes)
  const browser = bindBrowser(request, response, deps.publicUrl)
  const left = await departRenewal(deps.commands, deps, opened.target, linkActor(opened), yes, browser)
  return left.result === 'departed' ? left.redirectUrl : `${opened.base}/kept/${connectionId}`
}

/** Records the yes and sets out for a new connection. It replaces this one once it is there, with its matches. */
async function departAnew(act: Act, bank: PageConnection, yes: Yes): Promise<string | Answer> {
  const { deps, opened } = act
  const sessionId = randomUUID()
  await agreeToReconnect(deps.commands, deps, opened.target, linkActor(opened), yes, sessionId)
  const { provider, institution, name: institutionName } = bank
  return depart(act, { step: 'bank', provider, institution, institutionName }, sessionId)
}

/**
 * Takes the yes to the ticked banks: confirms those where that is enough, then sets out for the first of the others.
 * `again`: the one bank that the page asked for.
 */
export async function keepSharing(act: Act, ticked: readonly Yes[], again?: string): Promise<string | Answer> {
  const { deps, opened, request, response } = act
  const { commands } = deps
  const { target, base } = opened
  if (!maySeeSharing(opened)) return base
  const shown =
    ticked.length > 0 ? ticked.map(({ connectionId }) => connectionId) : endingOf(opened).map(({ id }) => id)
  await deps.db.inPractice(target.practiceId, (tx) => writeOpened(tx, target.onboardingId, shown))
  await settleAgain(commands, target)
  if (ticked.length === 0) {
    return again === undefined ? keepPage(deps, opened, true) : reconnectPage(deps, opened, again, true)
  }
  const answers: { yes: Yes; is: Confirmed }[] = []
  for (const yes of ticked)
    answers.push({ yes, is: await confirmConsent(commands, deps, target, linkActor(opened), yes) })
  const visit = answers.find(({ is }) => is === 'visit')
  if (visit) {
    const browser = bindBrowser(request, response, deps.publicUrl)
    const left = await departRenewal(commands, deps, target, linkActor(opened), visit.yes, browser)
    if (left.result === 'departed') return left.redirectUrl
  }
  const anew = answers.find(({ is }) => is === 'reconnect')
  const bank = opened.context.connections.find(({ id }) => id === anew?.yes.connectionId)
  if (anew && bank && !visit) return departAnew(act, bank, anew.yes)
  const [first] = answers
  const isAgain = answers.every(({ is }) => is === 'again')
  return `${base}/kept/${(visit ?? first)?.yes.connectionId}${isAgain ? '?again=1' : ''}`
}
