import type { BankChoices } from '../../db/connections/bankChoices.ts'
import type { BankTile } from '../../pages/client/view.ts'
import type { Bank } from '../../providers/bank/bank.ts'

/** The names most British businesses look for, until the practice's own clients show which they use. */
const WELL_KNOWN = [
  'barclays',
  'hsbc',
  'lloyds',
  'natwest',
  'santander',
  'starling',
  'monzo',
  'tide',
  'bank of scotland',
]

/** What a person asked the list for; `suggested` is the bank they tried last. */
export type TileQuery = { q: string | null; all: boolean; suggested: string | null }

/**
 * The banks as tiles: those that match a search, best first; all of them, A to Z; else the suggested one, then the most
 * used, then the well known.
 */
export function tilesFor(banks: readonly Bank[], choices: BankChoices, query: TileQuery): BankTile[] {
  const named =
    query.q === null ? (query.all ? [...banks] : byUse(banks, choices, query.suggested)) : found(banks, query.q)
  return named.map(({ id, name }) => ({ id, name, troubleSince: choices.troubleSince[id] ?? null }))
}

function byUse(banks: readonly Bank[], { mostUsed }: BankChoices, suggested: string | null): Bank[] {
  const rank = (bank: Bank): number => {
    if (bank.id === suggested) return 0
    const used = mostUsed.indexOf(bank.id)
    if (used >= 0) return 1 + used
    const known = WELL_KNOWN.findIndex((name) => `${plain(bank.name)} `.startsWith(`${name} `))
    return known >= 0 ? 1_000 + known : 2_000
  }
  return banks
    .map((bank) => ({ bank, at: rank(bank) }))
    .sort((a, b) => a.at - b.at)
    .map(({ bank }) => bank)
}

/** Every word of the search begins a word of the name, or the search stands anywhere in it; the former come first. */
function found(banks: readonly Bank[], q: string): Bank[] {
  const wanted = plain(q)
  const words = wanted.split(' ')
  const rank = (bank: Bank): number | null => {
    const name = plain(bank.name)
    if (name.startsWith(wanted)) return 0
    if (words.every((word) => ` ${name}`.includes(` ${word}`))) return 1
    return name.replaceAll(' ', '').includes(wanted.replaceAll(' ', '')) ? 2 : null
  }
  return banks
    .flatMap((bank) => {
      const at = rank(bank)
      return at === null ? [] : [{ bank, at }]
    })
    .sort((a, b) => a.at - b.at)
    .map(({ bank }) => bank)
}

/** Lower case, without accents and punctuation. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/[^a-z0-9 ]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
