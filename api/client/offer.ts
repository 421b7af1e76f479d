import { setTimeout as sleep } from 'node:timers/promises'
import { type BankChoices, readBankChoices } from '../../db/connections/bankChoices.ts'
import type { Bank } from '../../providers/bank/bank.ts'
import { cached } from '../../providers/bank/cached.ts'
import type { Dependencies } from '../dependencies.ts'
import { marksOf } from './marks.ts'
import type { Offer } from './pageFor.ts'
import { type TileQuery, tilesFor } from './tiles.ts'

/** The longest time that a page waits for the list of banks; after it the connector asks for the bank. */
const BANKS_PATIENCE_MS = 1_500
/** The time for which the order and warnings of the tiles are cached. */
const CHOICES_LIFE_MS = 60_000
/** The most practices whose choices are cached. */
const MOST_PRACTICES = 1_000
/** The number of tiles with a mark: as many as a short page shows, or a search finds. */
const MARKED = 10

const NO_CHOICES: BankChoices = { mostUsed: [], troubleSince: {}, outages: [] }

export type Offers = {
  /** Returns the banks on offer, or null while the connector does not answer. */
  banks(): Promise<Bank[] | null>
  /** Returns a page's offer. Without a `query` the page has no choice of bank. */
  offer(practiceId: string, query: TileQuery | null): Promise<Offer>
}

/** Returns a connector's name for people; the name itself for one that Embark is not set up for any more. */
export const labelOf = ({ banks, ledgers }: Pick<Dependencies, 'banks' | 'ledgers'>, provider: string): string =>
  (banks.find(provider) ?? ledgers.find(provider))?.label ?? provider

/** Creates the reader of the connectors' offers for pages. */
export function createOffers(
  deps: Pick<Dependencies, 'db' | 'banks' | 'ledgers' | 'outbound' | 'logger' | 'usualBanks'>,
): Offers {
  const { db, banks: connectors, ledgers, usualBanks } = deps
  const bank = connectors.first
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
      const shared = {
        bank,
        ledgers: ledgers.all.map(({ name, label }) => ({ id: name, name: label })),
        labelOf: (provider: string) => labelOf(deps, provider),
      }
      const listed = query && (await banks())
      const known = query ? await choicesOf(practiceId).catch(() => NO_CHOICES) : NO_CHOICES
      const { outages } = known
      if (!query || !listed) return { ...shared, outages, choice: { by: 'connector' } }
      const { all, q } = query
      const found = tilesFor(listed, known, query, usualBanks)
      const isUnknown = q !== null && found.length === 0
      const tiles = isUnknown ? tilesFor(listed, known, { ...query, q: null, all: false }, usualBanks) : found
      const first = new Set(tiles.slice(0, MARKED).map(({ id }) => id))
      const marks = all
        ? {}
        : marksOf(
            deps,
            listed.filter(({ id }) => first.has(id)),
          )
      const marked = tiles.map((tile) => ({ ...tile, mark: marks[tile.id] ?? null }))
      return { ...shared, outages, choice: { by: 'tiles', tiles: marked, query: q, all, isUnknown } }
    },
  }
}
