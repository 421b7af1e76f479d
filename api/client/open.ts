import { sha256 } from '../../commands/invitations/linkTokens.ts'
import type { Database } from '../../db/client.ts'
import { type ClientContext, readClientContext } from '../../db/invitations/clientPage.ts'
import { noteView } from '../../db/invitations/links.ts'
import { readFacts } from '../../db/onboardings/facts.ts'
import { resolveLink } from '../../db/resolve.ts'
import type { Facts, Instant } from '../../domain/situation.ts'
import { type Account, accountOf } from './account.ts'

/** A link that was found, with the data of its pages. */
export type Opened = {
  target: { practiceId: string; onboardingId: string }
  base: string
  facts: Facts
  now: Instant
  context: ClientContext
  account: Account
}

const TOKEN = /^[A-Za-z0-9_-]{22}$/

/**
 * Opens the link of a token; returns null for an unknown one. `countsView`: records it; `reader` is the address of the
 * signed-in person, `browser` the secret in the browser's cookie.
 */
export async function openLink(
  db: Database,
  token: string,
  countsView: boolean,
  reader: string | null,
  browser: string | null,
): Promise<Opened | null> {
  const link = TOKEN.test(token) ? await resolveLink(db, sha256(token)) : null
  if (!link) return null
  const { practiceId, onboardingId, id } = link
  return db.inPractice(practiceId, async (tx) => {
    const [read, context] = await Promise.all([
      readFacts(tx, onboardingId),
      readClientContext(tx, id, browser === null ? null : sha256(browser)),
      countsView ? noteView(tx, practiceId, id) : null,
    ])
    // A person who was removed from the organisation can no longer use older links.
    if (!read || !context || context.link.removed) return null
    const target = { practiceId, onboardingId }
    const account = accountOf(context.link, reader)
    const isSignedIn = reader !== null && account.is !== 'wrong'
    const seen = { ...context, link: { ...context.link, isSignedIn } }
    return { target, base: `/j/${token}`, facts: read.facts, now: read.now, context: seen, account }
  })
}
