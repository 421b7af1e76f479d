import { randomUUID } from 'node:crypto'
import type { Request, Response } from 'express'
import { checkBankSession } from '../../commands/connections/banks/bankSession.ts'
import { finishBanks } from '../../commands/connections/banks/finishBanks.ts'
import { disconnect } from '../../commands/connections/disconnect.ts'
import { departSession, type SessionRequest } from '../../commands/connections/sessions.ts'
import { accept } from '../../commands/invitations/accept.ts'
import { decline } from '../../commands/invitations/decline.ts'
import { invite } from '../../commands/invitations/invite.ts'
import { link as sendLink } from '../../commands/invitations/link.ts'
import { reportToPractice } from '../../commands/invitations/reportToPractice.ts'
import { stopTexts } from '../../commands/invitations/stopTexts.ts'
import { readPlaces } from '../../db/users/portal.ts'
import type { DeclineReason } from '../../domain/commands.ts'
import type { Actor } from '../../domain/events.ts'
import { stateOf, statusAt, stepOf } from '../../domain/situation.ts'
import type { Shared } from '../../pages/client/connections/view.ts'
import { noAbouts, type ReportAbout } from '../../pages/client/view.ts'
import type { BankConnector } from '../../providers/bank/bank.ts'
import type { OfferedBank } from '../../providers/bank/offered.ts'
import { ProviderFailure } from '../../providers/failure.ts'
import type { LedgerConnector } from '../../providers/ledger/ledger.ts'
import type { Dependencies } from '../dependencies.ts'
import { addressOf } from '../network.ts'
import { askForSignIn } from '../portal/session.ts'
import { bindBrowser } from './browser.ts'
import type { Opened } from './open.ts'
import { samePlace } from './page/pageFor.ts'
import { sharedOf } from './page/shared.ts'
import { isAcceptors, type LinkStanding, standingOf } from './page/standing.ts'

/** The fields of a client's report or decline form. */
export type Said = {
  about: ReportAbout
  text: string | null
  name: string | null
  email: string | null
  only?: '1' | undefined
}

/** One form of a client page: the request, and the link as it stood when it was opened. */
export type Act = { deps: Dependencies; opened: Opened; request: Request; response: Response }

const standingIn = ({ facts, context, now }: Opened): LinkStanding => standingOf(facts, context.link, now)

export const linkActor = ({ context }: Opened): Actor => ({ type: 'client', id: context.link.id })

/** Returns false for a person signed in with another account, and for a sign-in that is not proven to be theirs. */
const mayAnswer = ({ account }: Opened): boolean =>
  account.is === 'new' || (account.is === 'existing' && account.proven)

/**
 * Accepts if the link can still be answered. Returns true if the link's holder has accepted; otherwise the page shows
 * the present state. A request to be let in is answered only on its own page.
 */
export async function doAccept({ deps, opened }: Act, bankId: string | null): Promise<boolean> {
  const standing = standingIn(opened)
  if (standing === 'own') return true
  if (standing !== 'open' || !mayAnswer(opened) || opened.facts.invitation?.asks) return false
  const { result } = await accept(deps.commands, opened.target, opened.context.link.id, bankId)
  return result === 'changed' || result === 'unchanged'
}

/**
 * Lets the practice in: accepts the request, and ties the organisation to the person's organisation that is the same
 * business. A signed-in person chooses it (`chosen`; null: none); for others it is the one with the same name.
 */
export async function letIn({ deps, opened }: Act, chosen: string | null): Promise<void> {
  const { target, context, facts, account } = opened
  const { link, organisation } = context
  if (standingIn(opened) !== 'open' || !mayAnswer(opened) || !facts.invitation?.asks) return
  const places = account.is === 'existing' ? await readPlaces(deps.db, account.email, context.organisationId) : []
  const isTheirs = places.some(({ id }) => id === chosen)
  const signedIn = account.is === 'existing' && account.signedIn
  const sameAs = signedIn ? (isTheirs ? chosen : null) : samePlace(places, organisation)
  await accept(deps.commands, target, link.id, null, sameAs)
}

/**
 * Accepts by choosing a bank and starts a session on the first way to it; returns the address for the browser. Without a
 * bank `connector` asks for it.
 */
export async function startBank(act: Act, bank: OfferedBank | null, connector: BankConnector): Promise<string> {
  const [route, ...alternatives] = bank?.routes ?? []
  if (!(await doAccept(act, route?.institution ?? null))) return act.opened.base
  const { provider, institution } = route ?? { provider: connector.name, institution: null }
  return depart(act, { step: 'bank', provider, institution, institutionName: bank?.name ?? null, alternatives })
}

/** Starts a session at the accounting software while that step is open, whichever side owns it. */
export async function startBooks(act: Act, { name, label }: LedgerConnector): Promise<string> {
  const { opened } = act
  const isOpen = standingIn(opened) === 'own' && stateOf(stepOf(opened.facts, 'books')) === 'open'
  if (!isOpen) return opened.base
  return depart(act, { step: 'books', provider: name, institution: name, institutionName: label })
}

/**
 * Polls a session without a return; returns the next address. In the browser that started it, an approval is stored; in
 * another one, it waits for a confirmation there.
 */
export async function checkBank({ deps, opened, request }: Act): Promise<string> {
  const { target, base, context } = opened
  const session = context.bankSession
  if (standingIn(opened) !== 'own' || session?.status !== 'pending' || session.leftAt === null) return base
  try {
    const by = { userIp: addressOf(request), isWhereItBegan: session.isSameBrowser }
    const { is } = await checkBankSession(deps.commands, deps, target, session.id, by)
    if (is === 'connected') return `${base}?connected=1`
    return is === 'waiting' || is === 'processing' ? `${base}?checked=1` : base
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    return `${base}?checked=1`
  }
}

/** Records that the banks that are shared are all; returns the next address. */
export async function sayAllBanks({ deps, opened }: Act): Promise<string> {
  const { target, base } = opened
  if (standingIn(opened) === 'own') await finishBanks(deps.commands, target, linkActor(opened))
  return `${base}?connected=1`
}

/** Sets out for a provider; returns the address for the browser. */
export async function depart(
  { deps, opened, request, response }: Act,
  wanted: Pick<SessionRequest, 'step' | 'provider' | 'institution' | 'institutionName' | 'alternatives'>,
  sessionId: string = randomUUID(),
): Promise<string> {
  const { commands } = deps
  const { target, base, context } = opened
  const browser = bindBrowser(request, response, deps.publicUrl)
  const asked = { ...wanted, openedBy: 'client', linkId: context.link.id } as const
  const left = await departSession(commands, deps, target, linkActor(opened), sessionId, browser, asked)
  if (left.result === 'departed') return left.redirectUrl
  return left.result === 'not_started' && wanted.step === 'books' ? `/connect/${sessionId}` : base
}

/** Sends a new link to the known addresses, if that is still possible. The answer never reveals whether it was. */
export async function askNewLink({ deps, opened }: Act): Promise<void> {
  const { target, facts, now, context } = opened
  const standing = standingIn(opened)
  const status = statusAt(facts, now)
  const requestId = randomUUID()
  const invites =
    standing === 'expired' ||
    standing === 'declined' ||
    (standing === 'replaced' && (status === 'invited' || status === 'expired'))
  if (invites) await invite(deps.commands, target, linkActor(opened), requestId, {}, 'client')
  else if (status === 'accepted' || status === 'completed') {
    const send = context.hasEmail ? 'email' : 'sms'
    await sendLink({ ...deps.commands, linkKeys: deps.linkKeys }, target, linkActor(opened), requestId, send)
  }
}

export async function stopTheTexts({ deps, opened }: Act): Promise<void> {
  const { target, context } = opened
  await stopTexts(deps.commands, target, linkActor(opened), randomUUID(), { linkId: context.link.id })
}

const DECLINES: Partial<Record<ReportAbout, DeclineReason>> = {
  not_my_company: 'not_my_company',
  not_the_right_person: 'not_the_right_person',
  no_wish_to_share: 'no_wish',
  not_now: 'not_now',
}

/** Reports to the practice, or declines an open invitation if the report means that. Returns true if recorded. */
export async function doReport({ deps, opened }: Act, said: Said): Promise<boolean> {
  const { commands } = deps
  const { target } = opened
  const standing = standingIn(opened)
  const reason = DECLINES[said.about]
  if (standing === 'open' && reason) {
    const note = said.text ?? ([said.name, said.email].filter(Boolean).join(', ') || null)
    const { result } = await decline(commands, target, linkActor(opened), randomUUID(), reason, note)
    return result === 'changed' || result === 'unchanged'
  }
  const { about } = said
  if (about === 'not_now') return false
  if (!isHeard(about, standing)) return false
  const { text, name, email } = said
  const { result } = await reportToPractice(commands, target, linkActor(opened), randomUUID(), {
    about,
    text,
    name,
    email,
  })
  return result === 'changed' || result === 'unchanged'
}

/** Returns true for a report that a link with this standing may send. */
function isHeard(about: Exclude<ReportAbout, 'not_now'>, standing: LinkStanding): boolean {
  switch (about) {
    case 'open_again':
      return standing === 'gave_up'
    case 'mistake':
      return standing === 'cancelled'
    case 'needs_link':
      return standing !== 'unknown' && standing !== 'cancelled'
    case 'which_bank':
    case 'uses_none':
    case 'not_my_company':
    case 'not_the_right_person':
    case 'no_wish_to_share':
    case 'already_linked':
      return standing === 'own' || standing === 'open'
  }
}

/**
 * Returns the connections that a person who is about to say no still shares: reporting stops nothing, so they are asked
 * first. Empty for other reports.
 */
export function stillShared(opened: Opened, about: ReportAbout): Shared[] {
  return noAbouts.some((one) => one === about) && maySeeSharing(opened) ? sharedOf(opened.context) : []
}

/** Returns true if the link's holder may see and stop sharing; also after a cancellation, which ends nothing. */
export function maySeeSharing(opened: Opened): boolean {
  const standing = standingIn(opened)
  return isAcceptors(opened.facts, opened.context.link) && (standing === 'own' || standing === 'cancelled')
}

export async function stopSharing({ deps, opened }: Act, connectionId: string): Promise<void> {
  await disconnect(deps.commands, deps, opened.target, linkActor(opened), connectionId)
}

/** Returns true if a sign-in is the way on: the invited person has one, or the link has expired after completion. */
export function maySignIn(opened: Opened): boolean {
  const standing = standingIn(opened)
  const { account, facts, context } = opened
  return (
    (standing === 'open' && account.is === 'existing') || (standing === 'finished' && isAcceptors(facts, context.link))
  )
}

/** Mails a sign-in link to the invited address; an open invitation continues after the sign-in. */
export async function askToSignIn({ deps, opened }: Act): Promise<void> {
  const { id, email } = opened.context.link
  if (email === null || !maySignIn(opened)) return
  await askForSignIn(deps, email, standingIn(opened) === 'open' ? id : null)
}
