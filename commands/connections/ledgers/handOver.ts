import { randomUUID } from 'node:crypto'
import type { Tx } from '../../../db/client.ts'
import { countMatches } from '../../../db/connections/banks.ts'
import { insertNewAccounts } from '../../../db/connections/connections.ts'
import {
  type HandOverOutcome,
  type HeldBooks,
  insertHandOver,
  lockHandOver,
  readHeldBooks,
  switchSignIn,
  writeHandOverDone,
  writeReconnected,
} from '../../../db/connections/handOvers.ts'
import { type AuthSession, insertSession, moveSession } from '../../../db/connections/sessions.ts'
import { deleteUnusedSignIns } from '../../../db/connections/signIns.ts'
import { type Doer, insertAudit } from '../../../db/people/audit.ts'
import { isSameOrganisation } from '../../../domain/connections/matching.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { type FailureKind, ProviderFailure } from '../../../providers/failure.ts'
import type { LedgerAccount, ReachedOrganisation } from '../../../providers/ledger/ledger.ts'
import type { Commands } from '../../execute.ts'
import { recoverConnection } from '../connectionHealth.ts'
import type { Providers, SessionOwner } from '../sessionOwner.ts'
import { steplessOwner } from '../steplessOwner.ts'
import { wakeEnded } from '../wakeEnded.ts'
import { asAccount } from './ledgerConnection.ts'
import { type SignInOf, withSignIn } from './signIns.ts'

/** The time that a colleague has for signing in. */
const ASKED_MS = 7 * DAY_MS

export type HandOverTarget = { practiceId: string; handOverId: string }

/** Asks a colleague to take over the clients of a sign-in. Returns the id of the session by which they do. */
export async function askToTakeOver(
  commands: Pick<Commands, 'db'>,
  providers: Pick<Providers, 'ledgers'>,
  practiceId: string,
  doer: Doer,
  of: { signInId: string; provider: string; to: string },
): Promise<string> {
  return openRequest(commands, providers, practiceId, { ...of, connectionId: null }, (tx) =>
    insertAudit(tx, doer, { kind: 'sign_in_handed_over', subjectId: of.to, data: { provider: of.provider } }),
  )
}

/**
 * Opens the session by which a colleague reconnects one client's books. The connection stays as it is until the new
 * sign-in has read the same organisation.
 */
export const openReconnect = (
  commands: Pick<Commands, 'db'>,
  providers: Pick<Providers, 'ledgers'>,
  practiceId: string,
  of: { signInId: string; provider: string; connectionId: string; to: string },
): Promise<string> => openRequest(commands, providers, practiceId, of, async () => undefined)

async function openRequest(
  { db }: Pick<Commands, 'db'>,
  { ledgers }: Pick<Providers, 'ledgers'>,
  practiceId: string,
  of: { signInId: string; provider: string; connectionId: string | null; to: string },
  alongside: (tx: Tx) => Promise<unknown>,
): Promise<string> {
  const [handOverId, sessionId, now] = [randomUUID(), randomUUID(), Date.now()]
  const { provider, to } = of
  await db.inPractice(practiceId, async (tx) => {
    await insertHandOver(tx, practiceId, { ...of, id: handOverId })
    const session = {
      id: sessionId,
      onboardingId: null,
      draftId: null,
      handOverId,
      step: 'books' as const,
      provider,
      institution: null,
      institutionName: ledgers.find(provider)?.label ?? provider,
      openedBy: 'practice' as const,
      openerId: to,
      linkId: null,
    }
    await insertSession(tx, practiceId, session, now, now + ASKED_MS)
    await alongside(tx)
  })
  return sessionId
}

/** Returns a request to take over as the owner of its sessions. */
export function handOverOwner(commands: Commands, target: HandOverTarget): SessionOwner {
  const { practiceId, handOverId } = target
  const lockOpen = async (tx: Tx): Promise<boolean> => (await lockHandOver(tx, handOverId))?.doneAt === null
  return {
    ...steplessOwner(commands.db, practiceId, lockOpen),
    ids: { onboardingId: null, draftId: null, handOverId },
    standing: async (tx) => ((await lockOpen(tx)) ? { now: Date.now(), refusal: null } : null),
    lock: (tx) => lockHandOver(tx, handOverId),
    connect: async () => ({ is: 'ended' }),
    takeOver: (providers, session, signIn, reached) => takeOver(commands, providers, target, session, signIn, reached),
  }
}

/**
 * Switches each client to the sign-in of a session, once it has read the client's organisation under its known name. The
 * others stay where they are. Records what came of each; a sign-in that holds nothing any more ends. Returns false if
 * nothing is to hand over.
 */
async function takeOver(
  commands: Commands,
  providers: Providers,
  { practiceId, handOverId }: HandOverTarget,
  session: Pick<AuthSession, 'id'>,
  signIn: SignInOf,
  reached: ReachedOrganisation[],
): Promise<boolean> {
  const { db } = commands
  const asked = await db.inPractice(practiceId, async (tx) => {
    const found = await lockHandOver(tx, handOverId)
    return found?.doneAt === null ? { ...found, books: await readHeldBooks(tx, found) } : null
  })
  if (!asked) return false
  const { signInId: from, connectionId, books } = asked
  const to = signIn.signInId
  const outcomes: Record<string, HandOverOutcome> = {}
  for (const one of books) {
    const organisation = reached.find(({ tenantId }) => tenantId === one.tenantId)
    const read = organisation ? await readThrough(db, providers, practiceId, signIn, one) : UNREACHED
    outcomes[one.id] = read.outcome
    let added = 0
    if (read.outcome === 'moved' && organisation) {
      const externalId = organisation.connectionId
      const isSwitched = await db.inPractice(practiceId, (tx) => switchSignIn(tx, one.id, { from, to, externalId }))
      if (!isSwitched) delete outcomes[one.id]
      else if (connectionId !== null) added = await readAnew(commands, practiceId, connectionId, read.accounts)
    }
    if (connectionId !== null) {
      const found = read.name === null ? reached.map(({ name }) => name) : [read.name]
      await db.inPractice(practiceId, async (tx) => {
        const ids = read.accounts.map(({ externalId }) => externalId)
        const { kept, matched } = await countMatches(tx, connectionId, ids)
        await writeReconnected(tx, handOverId, { outcome: read.outcome, kept, matched, added, found })
      })
    }
  }
  await db.inPractice(practiceId, async (tx) => {
    await writeHandOverDone(tx, handOverId, outcomes)
    await moveSession(tx, session.id, ['exchanging'], 'done', Date.now())
    await deleteUnusedSignIns(tx, [{ signInId: from }, { signInId: to }])
  })
  await wakeEnded(commands, { practiceId, of: 'sign_in', id: from })
  return true
}

/** Stores the accounts that books have anew, and records that a lost connection works again. Returns their number. */
async function readAnew(
  commands: Commands,
  practiceId: string,
  connectionId: string,
  accounts: LedgerAccount[],
): Promise<number> {
  const added = await commands.db.inPractice(practiceId, (tx) =>
    insertNewAccounts(tx, practiceId, connectionId, accounts.map(asAccount)),
  )
  await recoverConnection(commands, practiceId, connectionId)
  return added
}

/** The answer of another sign-in about a client's books. `name`: the other one under which it finds them. */
type ReadThrough = { outcome: HandOverOutcome; accounts: LedgerAccount[]; name: string | null }
const UNREACHED: ReadThrough = { outcome: 'unreached', accounts: [], name: null }

/** The failures of a ledger that tell nothing of what a sign-in reaches. */
const SAYS_NOTHING = new Set<FailureKind>(['unavailable', 'rate_limited', 'misconfigured'])

/** Reads a client's organisation and its accounts through another sign-in, as the client's books are read. */
async function readThrough(
  db: Commands['db'],
  providers: Providers,
  practiceId: string,
  signIn: SignInOf,
  { tenantId, name, companyNumber }: HeldBooks,
): Promise<ReadThrough> {
  try {
    const read = await withSignIn(db, providers, practiceId, signIn, async (tokens, ledger) => ({
      accounts: await ledger.bankAccounts(tokens, tenantId),
      own: await ledger.organisation(tokens, tenantId),
    }))
    if (!read) return UNREACHED
    const { accounts, own } = read
    return isSameOrganisation(own, { name, companyNumber })
      ? { outcome: 'moved', accounts, name: null }
      : { outcome: 'renamed', accounts: [], name: own.name }
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    return SAYS_NOTHING.has(error.kind) ? { ...UNREACHED, outcome: 'unanswered' } : UNREACHED
  }
}
