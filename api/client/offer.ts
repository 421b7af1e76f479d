import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../db/client.ts'
import { type BankChoices, readBankChoices } from '../../db/connections/bankChoices.ts'
import type { Bank, BankConnector } from '../../providers/bank/bank.ts'
import { cached } from '../../providers/bank/cached.ts'
import type { LedgerConnector } from '../../providers/ledger/ledger.ts'
import type { Offer } from './pageFor.ts'
import { type TileQuery, tilesFor } from './tiles.ts'

/** A page waits for the list of banks no longer than this; the connector asks which bank instead. */
const BANKS_PATIENCE_MS = 1_500
/** Order and warnings of the tiles may be this old. */
const CHOICES_LIFE_MS = 60_000
/** Practices whose choices are remembered at a time. */
const MOST_PRACTICES = 1_000

const NO_CHOICES: BankChoices = { mostUsed: [], troubleSince: {} }

export type Offers = {
  /** The banks offered, or null while the connector cannot say. */
  banks(): Promise<Bank[] | null>
  /** What a page offers; without a `query` no bank is about to be chosen. */
  offer(practiceId: string, query: TileQuery | null): Promise<Offer>
}

/** What the connectors offer, as pages need it. */
export function createOffers(db: Database, bank: BankConnector, ledger: LedgerConnector): Offers {
  const choices = new Map<string, () => Promise<BankChoices>>()
  const choicesOf = (practiceId: string): Promise<BankChoices> => {
    let read = choices.get(practiceId)
    if (!read) {
      if (choices.size >= MOST_PRACTICES) choices.clear()
      read = cached(CHOICES_LIFE_MS, () => db.inPractice(practiceId, readBankChoices))
      choices.set(practiceId, read)
    }
    return read()
  }
  const banks = () => Promise.race([bank.banks().catch(() => null), sleep(BANKS_PATIENCE_MS, null, { ref: false })])

  return {
    banks,
    async offer(practiceId, query) {
      const shared = { bank, ledgers: [{ id: ledger.name, name: ledger.label }] }
      const listed = query && (await banks())
      if (!query || !listed) return { ...shared, choice: { by: 'connector' } }
      const tiles = tilesFor(listed, await choicesOf(practiceId).catch(() => NO_CHOICES), query)
      return { ...shared, choice: { by: 'tiles', tiles, query: query.q, all: query.all } }
    },
  }
}
