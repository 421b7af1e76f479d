import type { BankChoices } from '../../../db/connections/bankChoices.ts'
import type { BankTile } from '../../../pages/client/connections/view.ts'
import type { Bank } from '../../../providers/bank/bank.ts'

/**
 * The banks that most people in the United Kingdom use, until the practice's own clients show which they use. The
 * operator can configure another list.
 */
const USUAL_BANKS = [
  'barclays',
  'hsbc',
  'lloyds',
  'natwest',
  'santander',
  'starling',
  'monzo',
  'tide',
  'royal bank of scotland',
  'bank of scotland',
  'halifax',
  'tsb',
  'nationwide',
  'metro bank',
  'co-operative bank',
  'revolut',
  'virgin money',
  'wise',
]

/** A person's search and choices. `suggested`: the bank of their last session; `business`: the kind of client. */
export type TileQuery = { q: string | null; all: boolean; suggested: string | null; business: boolean }

/**
 * Returns the banks as tiles: the matches of a search, best first; or all of them, A to Z; or the suggested one, then
 * the most used, then the usual ones.
 */
export function tilesFor(
  banks: readonly Bank[],
  choices: Pick<BankChoices, 'mostUsed' | 'failsSince'>,
  query: TileQuery,
  usual: readonly string[] = USUAL_BANKS,
): BankTile[] {
  const named =
    query.q === null ? (query.all ? [...banks] : byUse(banks, choices, query, usual)) : found(banks, query.q)
  return named.map(({ id, name }) => ({ id, name, failsSince: choices.failsSince[id] ?? null }))
}

function byUse(
  banks: readonly Bank[],
  { mostUsed }: Pick<BankChoices, 'mostUsed'>,
  { suggested, business }: TileQuery,
  usual: readonly string[],
): Bank[] {
  const names = usual.map(plain)
  const usualAt = ({ name }: Bank) => names.findIndex((one) => `${plain(name)} `.startsWith(`${one} `))
  // A bank may have two entries, for people and for businesses: the one that fits comes first.
  const fits = ({ name }: Bank) => /\b(business|commercial|corporate)\b/i.test(name) === business
  const rank = (bank: Bank): number => {
    if (bank.id === suggested) return 0
    const used = mostUsed.indexOf(bank.id)
    if (used >= 0) return 1 + used
    const at = usualAt(bank)
    if (at < 0) return 3_000
    const isFirst = banks.every((other) => other.id === bank.id || usualAt(other) !== at || !fits(other) || fits(bank))
    return (isFirst ? 1_000 : 2_000) + at
  }
  return banks
    .map((bank) => ({ bank, at: rank(bank) }))
    .sort((a, b) => a.at - b.at)
    .map(({ bank }) => bank)
}

/**
 * Returns the banks that match a search: first those in which every word of the search begins a word of the name, then
 * those that contain the search.
 */
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

/** Normalises text to lower case, without accents and punctuation. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/[^a-z0-9 ]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
