import { openGrant } from '../../commands/grants.ts'
import { sha256, tokenOf } from '../../commands/linkTokens.ts'
import { readFacts } from '../../db/facts.ts'
import type { Owned } from '../../db/resolve.ts'
import { readSessionContext, type SessionContext } from '../../db/sessionPage.ts'
import { type AuthSession, readSession } from '../../db/sessions.ts'
import type { Facts, Instant } from '../../domain/situation.ts'
import type { LedgerOrganisation } from '../../providers/ledger/ledger.ts'
import type { Dependencies } from '../dependencies.ts'

/** A session that was found, and all its pages need to know. */
export type OpenedSession = {
  target: { practiceId: string; onboardingId: string }
  session: AuthSession
  facts: Facts
  now: Instant
  context: SessionContext
  /** `/j/{token}` of the client who is at work; null on connections that staff make. */
  base: string | null
  /** Whether this browser set out with it. */
  isSameBrowser: boolean
  /** What the sign-in reaches, while an organisation is still to be chosen; null otherwise and for other browsers. */
  grant: { reached: LedgerOrganisation[]; chosen: LedgerOrganisation | null } | null
}

/** Reads the session and its surroundings. `browser` is the secret of the asking browser's cookie. */
export async function openSessionOf(
  { db, linkKeys, sealer }: Dependencies,
  { practiceId, onboardingId, id }: Owned,
  browser: string | null,
): Promise<OpenedSession | null> {
  return db.inPractice(practiceId, async (tx) => {
    const [session, read, context] = await Promise.all([
      readSession(tx, id),
      readFacts(tx, onboardingId),
      readSessionContext(tx, id),
    ])
    if (!session || !read || !context) return null
    const isSameBrowser = browser !== null && session.browserSha256?.equals(sha256(browser)) === true
    return {
      target: { practiceId, onboardingId },
      session,
      facts: read.facts,
      now: read.now,
      context,
      base: context.link ? `/j/${tokenOf(linkKeys, context.link)}` : null,
      isSameBrowser,
      grant:
        isSameBrowser && session.grantSealed !== null && session.step === 'books' ? openGrant(sealer, session) : null,
    }
  })
}
