import { type Grant, openGrant } from '../../commands/connections/ledgers/grants.ts'
import type { SessionTarget } from '../../commands/connections/sessionOwner.ts'
import { openDraft } from '../../commands/drafts/openDraft.ts'
import type { Target } from '../../commands/execute.ts'
import { sha256, tokenOf } from '../../commands/invitations/linkTokens.ts'
import type { Tx } from '../../db/client.ts'
import { readReconnecting } from '../../db/connections/handOvers.ts'
import { readRenewedBy } from '../../db/connections/renewals.ts'
import { readPagePractice, readSessionContext, type SessionContext } from '../../db/connections/sessionPage.ts'
import { type AuthSession, readSession } from '../../db/connections/sessions.ts'
import { readFacts } from '../../db/onboardings/facts.ts'
import type { OwnedSession } from '../../db/resolve.ts'
import type { Facts, Instant } from '../../domain/situation.ts'
import type { Dependencies } from '../dependencies.ts'

/** A session that was found, with the data of its pages. */
export type OpenedSession = {
  target: SessionTarget
  session: AuthSession
  /** Null for a session that is no client's. */
  facts: Facts | null
  now: Instant
  context: SessionContext
  /** The client whose books a colleague reconnects; null for other sessions. */
  reconnects: { connectionId: string; onboardingId: string } | null
  /** `/j/{token}` of the session's client, for their own browser only; null for connections that staff make. */
  base: string | null
  /** True if this browser started the session. */
  isSameBrowser: boolean
  /** The organisations that the sign-in reaches, while one is to be chosen; null otherwise and for other browsers. */
  grant: Pick<Grant, 'reached' | 'chosen' | 'isSaidSame'> | null
  /** True if the person works for the practice: they came from the app, and return there. */
  isColleague: boolean
  /** The consent that the session set out to renew; null for any other session. */
  renewed: string | null
}

/** Reads the session and its context. `browser` is the secret in the browser's cookie. */
export async function openSessionOf(
  { db, linkKeys, sealer }: Dependencies,
  { practiceId, onboardingId, id }: OwnedSession,
  browser: string | null,
  isColleague = false,
): Promise<OpenedSession | null> {
  return db.inPractice(practiceId, async (tx) => {
    const session = await readSession(tx, id)
    const owner =
      onboardingId !== null
        ? await onboardingOf(tx, practiceId, onboardingId, id)
        : session?.handOverId
          ? await handOverOf(tx, practiceId, session.handOverId)
          : await draftOf(tx, sealer, practiceId, session)
    if (!session || !owner) return null
    const { context } = owner
    const isSameBrowser = browser !== null && session.browserSha256?.equals(sha256(browser)) === true
    return {
      ...owner,
      session,
      base: context.link ? `/j/${tokenOf(linkKeys, context.link)}` : null,
      isSameBrowser,
      isColleague,
      grant:
        isSameBrowser && session.grantSealed !== null && session.step === 'books' ? openGrant(sealer, session) : null,
    }
  })
}

type Owner = Pick<OpenedSession, 'target' | 'facts' | 'now' | 'context' | 'renewed' | 'reconnects'>

async function onboardingOf(tx: Tx, practiceId: string, onboardingId: string, id: string): Promise<Owner | null> {
  const [read, context, renewed] = await Promise.all([
    readFacts(tx, onboardingId),
    readSessionContext(tx, id),
    readRenewedBy(tx, onboardingId, id),
  ])
  if (!read || !context) return null
  const { facts, now } = read
  return { target: { practiceId, onboardingId }, facts, now, context, renewed, reconnects: null }
}

/** Reads the owner of a draft's session: only typed values, possibly without a name, and no clock of its own. */
async function draftOf(
  tx: Tx,
  sealer: Dependencies['sealer'],
  practiceId: string,
  session: AuthSession | null,
): Promise<Owner | null> {
  const practice = await readPagePractice(tx)
  if (!session?.draftId || !practice) return null
  const draft = await openDraft(tx, sealer, session.draftId)
  const typed = (draft?.data.organisation as { name?: unknown } | undefined)?.name
  const organisation = typeof typed === 'string' && typed.trim() !== '' ? typed.trim() : 'your new client'
  const target = { practiceId, draftId: session.draftId }
  return {
    target,
    facts: null,
    now: Date.now(),
    reconnects: null,
    context: { practice, organisation, person: null, payments: false, link: null },
    renewed: null,
  }
}

/** Reads the owner of the session of a colleague who takes over a sign-in, or reconnects the books of one client. */
async function handOverOf(tx: Tx, practiceId: string, handOverId: string): Promise<Owner | null> {
  const [practice, reconnects] = await Promise.all([readPagePractice(tx), readReconnecting(tx, handOverId)])
  if (!practice) return null
  const organisation = reconnects?.organisation ?? 'your clients'
  const context = { practice, organisation, person: null, payments: false, link: null }
  return { target: { practiceId, handOverId }, facts: null, now: Date.now(), context, renewed: null, reconnects }
}

/** Returns true if another browser started this client's bank session: only that one may continue it. */
export function isSomebodyElses({
  session,
  base,
  isSameBrowser,
}: Pick<OpenedSession, 'session' | 'base' | 'isSameBrowser'>) {
  return session.step === 'bank' && base !== null && session.browserSha256 !== null && !isSameBrowser
}

/** Returns the onboarding of a bank session. Throws for any other owner. */
export function onboardingTarget(target: SessionTarget): Target {
  if (!('onboardingId' in target)) throw new Error('only a client goes to a bank')
  return target
}
