import type { Tx } from '../../db/client.ts'
import { readConsent, readSignIn, readStandingOf, writeWake } from '../../db/connections/living.ts'
import {
  type ConnectionMove,
  type ConsentFacts,
  isDueMove,
  type Living,
  type LivingKind,
  nextConnectionMove,
  type SignInFacts,
} from '../../domain/connections/connectionLife.ts'
import { signInOver } from '../../providers/failure.ts'
import type { Commands } from '../execute.ts'
import { loseConnection } from './connectionHealth.ts'
import { refreshSignIn } from './ledgers/signIns.ts'
import { askWhenDue } from './renewals/askRenewal.ts'
import type { Providers } from './sessionOwner.ts'

/** A living row as read: its next move, whether that is due, and the ledger of a sign-in. */
type Read = { next: ConnectionMove | null; isDue: boolean; provider: string | null }

/** The most moves in one call: a refresh may find that the sign-in is over, which is then recorded at once. */
const MOST_MOVES = 2

/**
 * Makes the due move of a bank connection or a sign-in, if there is one, and returns the next. Null if it needs no
 * workflow any more. A move that was made already is not due.
 */
export async function keepConnection(
  commands: Commands,
  providers: Providers,
  living: Living,
): Promise<ConnectionMove | null> {
  const { practiceId, of, id } = living
  for (let made = 0; ; made++) {
    const read = await commands.db.inPractice(practiceId, async (tx) => {
      const now = await readLiving(tx, providers, of, id)
      await writeWake(tx, of, id, now?.next ?? null)
      return now
    })
    if (!read?.next || !read.isDue || made === MOST_MOVES) return read?.next ?? null
    await make(commands, providers, living, read.next, read.provider ?? '')
  }
}

async function make(
  commands: Commands,
  providers: Providers,
  { practiceId, of, id }: Living,
  { what }: ConnectionMove,
  provider: string,
): Promise<void> {
  const { db } = commands
  if (what === 'refresh') {
    const isDue = async (tx: Tx) => (await readLiving(tx, providers, of, id))?.isDue ?? false
    return refreshSignIn(db, providers, practiceId, { signInId: id, provider }, isDue)
  }
  if (what === 'askRenewal') return askWhenDue(commands, practiceId, id)
  if (what === 'endAccess') {
    return loseConnection(commands, practiceId, id, 'expired', 'The access that the client gave has reached its end.')
  }
  const ended = await db.inPractice(practiceId, (tx) => readStandingOf(tx, id))
  const label = providers.ledgers.find(provider)?.label ?? 'The ledger'
  for (const one of ended) await loseConnection(commands, practiceId, one, 'sign_in_ended', signInOver(label))
}

async function readLiving(tx: Tx, { ledgers }: Providers, of: LivingKind, id: string): Promise<Read | null> {
  if (of === 'consent') {
    const read = await readConsent(tx, id)
    return read && readOf(read.facts, read.now, null)
  }
  const read = await readSignIn(tx, id)
  if (!read) return null
  // A ledger that is not set up any more is asked for in vain, now and then.
  const life = ledgers.find(read.provider)?.signInLife ?? { unusedDays: null }
  return readOf({ ...read.facts, life }, read.now, read.provider)
}

function readOf(facts: ConsentFacts | SignInFacts, now: number, provider: string | null): Read {
  const next = nextConnectionMove(facts)
  return { next, isDue: isDueMove(next, now), provider }
}
