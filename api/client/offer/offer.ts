import { type BankChoices, readBankChoices } from '../../../db/connections/bankChoices.ts'
import type { BankConnector } from '../../../providers/bank/bank.ts'
import { cached } from '../../../providers/bank/cached.ts'
import { type BankRoute, type OfferedBank, offeredBanks } from '../../../providers/bank/offered.ts'
import type { Dependencies } from '../../dependencies.ts'
import type { Offer } from '../page/source.ts'
import { marksOf } from './marks.ts'
import { type TileQuery, tilesFor } from './tiles.ts'

/** The longest time that a page waits for the list of banks; after it the connector asks for the bank. */
const BANKS_PATIENCE_MS = 1_500
/** The time for which the order and warnings of the tiles are cached. */
const CHOICES_LIFE_MS = 60_000
/** The most practices whose choices are cached. */
const MOST_PRACTICES = 1_000
/** The number of tiles with a mark: as many as a short page shows, or a search finds. */
const MARKED = 10

const NO_CHOICES: BankChoices = { mostUsed: [], failsSince: {}, outages: [], providers: null }

export type Offers = {
  /**
   * Returns the banks on offer to a practice's clients, or null while no connector answers. `first`: the connector that
   * asks for the bank itself.
   */
  banks(practiceId: string): Promise<{ first: BankConnector; listed: OfferedBank[] | null }>
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
  const present = (practiceId: string) => db.inPractice(practiceId, readBankChoices)
  const choices = new Map<string, () => Promise<BankChoices>>()
  const choicesOf = (practiceId: string): Promise<BankChoices> => {
    let read = choices.get(practiceId)
    if (!read) {
      if (choices.size >= MOST_PRACTICES) choices.clear()
      read = cached(CHOICES_LIFE_MS, () => present(practiceId))
      choices.set(practiceId, read)
    }
    return read().catch(() => NO_CHOICES)
  }

  /** Returns the connectors of a practice and their banks, each way on which its clients fail now after the others. */
  async function covered({ providers, failsSince }: BankChoices) {
    const chosen = (providers ?? []).flatMap((name) => connectors.find(name) ?? [])
    const used = chosen.length > 0 ? chosen : connectors.all
    const listed = await offeredBanks(used, BANKS_PATIENCE_MS)
    const fails = ({ institution }: BankRoute) => (institution in failsSince ? 1 : 0)
    for (const { routes } of listed ?? []) routes.sort((one, other) => fails(one) - fails(other))
    return { used, listed }
  }

  return {
    async banks(practiceId) {
      // With one connector there is no way to choose.
      const { used, listed } = await covered(connectors.all.length > 1 ? await present(practiceId) : NO_CHOICES)
      return { first: used[0] ?? connectors.first, listed }
    },
    async offer(practiceId, query) {
      const shared = {
        ledgers: ledgers.all.map(({ name, label }) => ({ id: name, name: label })),
        labelOf: (provider: string) => labelOf(deps, provider),
      }
      if (!query) return { ...shared, connectors: [connectors.first], outages: [], choice: { by: 'connector' } }
      const choice = await choicesOf(practiceId)
      const { used, listed } = await covered(choice)
      const { outages } = choice
      if (!listed) return { ...shared, connectors: used.slice(0, 1), outages, choice: { by: 'connector' } }
      const { all, q } = query
      const experience = byBank(listed, choice)
      const suggested = query.suggested && (experience.idOf(query.suggested) ?? query.suggested)
      const find = (changes: Partial<TileQuery>) =>
        tilesFor(listed, experience, { ...query, suggested, ...changes }, usualBanks)
      const found = find({})
      const isUnknown = q !== null && found.length === 0
      const tiles = isUnknown ? find({ q: null, all: false }) : found
      const first = new Set(tiles.slice(0, MARKED).map(({ id }) => id))
      const marks = all
        ? {}
        : marksOf(
            deps,
            listed.filter(({ id }) => first.has(id)),
          )
      const marked = tiles.map((tile) => ({ ...tile, mark: marks[tile.id] ?? null }))
      const covers = ({ name }: BankConnector) =>
        listed.some(({ routes }) => routes.some((one) => one.provider === name))
      return {
        ...shared,
        connectors: used.filter(covers),
        outages,
        choice: { by: 'tiles', tiles: marked, query: q, all, isUnknown },
      }
    },
  }
}

/** Returns the experience with institutions as one with banks, which may have an institution at each provider. */
function byBank(listed: readonly OfferedBank[], { mostUsed, failsSince }: BankChoices) {
  const ids = new Map(listed.flatMap(({ id, routes }) => routes.map(({ institution }) => [institution, id])))
  const idOf = (institution: string) => ids.get(institution) ?? null
  const failing = listed.flatMap(({ id, routes }) => {
    const since = routes.map(({ institution }) => failsSince[institution])
    return since.every((one) => one !== undefined) ? [[id, Math.min(...since)] as const] : []
  })
  return { idOf, mostUsed: mostUsed.flatMap((one) => idOf(one) ?? []), failsSince: Object.fromEntries(failing) }
}
