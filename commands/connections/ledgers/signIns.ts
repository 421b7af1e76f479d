import { randomUUID } from 'node:crypto'
import type { Database, Tx } from '../../../db/client.ts'
import type { AuthSession } from '../../../db/connections/sessions.ts'
import {
  countFailure,
  endSignIn,
  isLastOfSignIn,
  lockSignIn,
  putSignIn,
  writeSignIn,
} from '../../../db/connections/signIns.ts'
import { MINUTE_MS } from '../../../domain/situation.ts'
import { ProviderFailure, signInOver } from '../../../providers/failure.ts'
import type { LedgerConnector, LedgerTokens } from '../../../providers/ledger/ledger.ts'
import type { Sealer } from '../../../providers/seal.ts'
import type { Providers } from '../sessionOwner.ts'

/** The remaining life below which tokens are refreshed before use. */
const RENEW_BEFORE_MS = MINUTE_MS

/** A sign-in, with the name of its ledger, and its tokens if they have just been given. */
export type SignInOf = { signInId: string; provider: string; tokens?: LedgerTokens }

/**
 * Stores the tokens of a session's exchange, before anything uses them. They replace those of an earlier authorisation
 * of the same subject, whose connections go on with them.
 */
export async function storeSignIn(
  tx: Tx,
  sealer: Sealer,
  practiceId: string,
  session: Pick<AuthSession, 'id' | 'provider' | 'openedBy' | 'openerId'>,
  tokens: LedgerTokens,
): Promise<SignInOf> {
  const id = randomUUID()
  const signInId = await putSignIn(tx, practiceId, session, {
    id,
    subject: tokens.subject,
    ...sealed(sealer, id, tokens),
  })
  if (signInId !== id) await writeSignIn(tx, signInId, sealed(sealer, signInId, tokens))
  return { signInId, provider: session.provider, tokens }
}

/**
 * Runs `work` with a sign-in's tokens, refreshed if they expire soon or the ledger rejects them. Refreshes run one at a
 * time, because each use changes the refresh token. Returns null if the sign-in is gone. Throws ProviderFailure
 * (`ended` if it was revoked, or the ledger rejects fresh tokens too).
 */
export async function withSignIn<T>(
  db: Database,
  { ledgers, sealer }: Pick<Providers, 'ledgers' | 'sealer'>,
  practiceId: string,
  { signInId, provider, tokens: given }: SignInOf,
  work: (tokens: LedgerTokens, ledger: LedgerConnector) => Promise<T>,
): Promise<T | null> {
  const ledger = ledgers.of(provider)
  const read = async (refused?: LedgerTokens) => {
    const found = await db.inPractice(practiceId, async (tx) => {
      const locked = await lockSignIn(tx, signInId)
      if (locked === null) return null
      if (locked.isEnded) return isOver(ledger)
      const tokens = opened(sealer, signInId, locked.sealed)
      const isEnding = tokens.expiresAt.getTime() <= Date.now() + RENEW_BEFORE_MS
      if (!isEnding && tokens.accessToken !== refused?.accessToken) return tokens
      return refreshIn(tx, sealer, ledger, signInId, tokens)
    })
    // Thrown after the commit, so that the end stays recorded.
    if (found instanceof ProviderFailure) throw found
    return found
  }
  const tokens = given ?? (await read())
  if (!tokens) return null
  try {
    return await work(tokens, ledger)
  } catch (error) {
    if (!isStale(error)) throw error
  }
  const fresh = await read(tokens)
  if (!fresh) return null
  try {
    return await work(fresh, ledger)
  } catch (error) {
    throw isStale(error) ? new ProviderFailure(ledger.name, 'ended', error.message) : error
  }
}

/** Refreshes and stores the tokens of a locked sign-in. Returns the failure, recorded, if the ledger says that it is over. */
async function refreshIn(
  tx: Tx,
  sealer: Sealer,
  ledger: LedgerConnector,
  signInId: string,
  tokens: LedgerTokens,
): Promise<LedgerTokens | ProviderFailure> {
  try {
    const fresh = await ledger.refresh(tokens)
    await writeSignIn(tx, signInId, sealed(sealer, signInId, fresh))
    return fresh
  } catch (error) {
    if (!(error instanceof ProviderFailure) || error.kind !== 'ended') throw error
    await endSignIn(tx, signInId)
    return error
  }
}

/** Returns the failure of a sign-in that the ledger has ended: it is not asked again. */
const isOver = ({ name, label }: LedgerConnector): ProviderFailure =>
  new ProviderFailure(name, 'ended', signInOver(label))

/**
 * Refreshes a sign-in that `isDue` under its lock, whether or not its access token is old. A ledger that does not answer
 * is counted, and asked again later.
 */
export async function refreshSignIn(
  db: Database,
  { ledgers, sealer }: Pick<Providers, 'ledgers' | 'sealer'>,
  practiceId: string,
  { signInId, provider }: SignInOf,
  isDue: (tx: Tx) => Promise<boolean>,
): Promise<void> {
  await db.inPractice(practiceId, async (tx) => {
    const locked = await lockSignIn(tx, signInId)
    if (locked === null || locked.isEnded || !(await isDue(tx))) return
    try {
      await refreshIn(tx, sealer, ledgers.of(provider), signInId, opened(sealer, signInId, locked.sealed))
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error
      await countFailure(tx, signInId)
    }
  })
}

/**
 * Signs out at the ledger, if it can and nothing but `id`, a connection or a session, rests on the sign-in. Returns true
 * if it did. Throws ProviderFailure.
 */
export async function signOutIfLast(
  db: Database,
  practiceId: string,
  ledger: LedgerConnector,
  tokens: LedgerTokens,
  { id, signInId }: { id: string; signInId: string },
): Promise<boolean> {
  if (!ledger.signOut || !(await db.inPractice(practiceId, (tx) => isLastOfSignIn(tx, signInId, id)))) return false
  await ledger.signOut(tokens)
  return true
}

const isStale = (error: unknown): error is ProviderFailure =>
  error instanceof ProviderFailure && error.kind === 'stale_token'

// Tokens were a connection's own once: the seal of those from before names it, and a sign-in has its id.
const context = (signInId: string) => `connection:${signInId}`

const sealed = (sealer: Sealer, signInId: string, tokens: LedgerTokens) => ({
  tokensSealed: sealer.seal(JSON.stringify(tokens), context(signInId)),
  endsIfUnusedAt: tokens.endsIfUnusedAt,
})

function opened(sealer: Sealer, signInId: string, text: string): LedgerTokens {
  const tokens = JSON.parse(sealer.open(text, context(signInId))) as Record<keyof LedgerTokens, string | null>
  const { subject = null, endsIfUnusedAt } = tokens
  return {
    ...(tokens as unknown as LedgerTokens),
    subject,
    expiresAt: new Date(tokens.expiresAt ?? 0),
    endsIfUnusedAt: endsIfUnusedAt ? new Date(endsIfUnusedAt) : null,
  }
}
