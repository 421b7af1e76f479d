import { setTimeout as sleep } from 'node:timers/promises'
import type { Bank, BankConnector } from './bank.ts'

/** A way to a bank: a provider that covers it, and the bank's id there. */
export type BankRoute = { provider: string; institution: string }

/** A bank on offer with the ways to it, the preferred one first. `id` is its id at the first provider that covers it. */
export type OfferedBank = Bank & { routes: BankRoute[] }

/**
 * Returns the banks that the connectors cover, by name; a bank of several connectors once. A connector that does not
 * answer within `patienceMs` covers none for now. Returns null if none answers.
 */
export async function offeredBanks(
  connectors: readonly BankConnector[],
  patienceMs: number,
): Promise<OfferedBank[] | null> {
  const lists = await Promise.all(
    connectors.map((one) =>
      Promise.race([one.banks().catch(() => null), sleep(patienceMs, null, { ref: false })]).then((banks) => ({
        provider: one.name,
        banks,
      })),
    ),
  )
  if (lists.every(({ banks }) => banks === null)) return null
  const offered = new Map<string, OfferedBank>()
  for (const { provider, banks } of lists) {
    for (const bank of banks ?? []) {
      const key = businessName(bank.name)
      const known = offered.get(key)
      const isCovered = known?.routes.some((route) => route.provider === provider)
      const route = { provider, institution: bank.id }
      if (known && !isCovered) known.routes.push(route)
      // Two entries of one provider are two banks, whatever their names.
      else offered.set(known ? `${key} ${provider} ${bank.id}` : key, { ...bank, routes: [route] })
    }
  }
  return [...offered.values()].sort((one, other) => one.name.localeCompare(other.name, 'en-GB'))
}

/** Words that one provider adds to a bank's name and another leaves out. */
const FILLING = new Set(['bank', 'uk', 'plc', 'limited', 'ltd', 'the', 'and'])

/** Returns what names of one bank have in common: "HSBC UK" and "HSBC (UK) Bank plc" are one. */
function businessName(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
    .split(' ')
  return words.filter((word) => !FILLING.has(word)).join(' ') || words.join(' ')
}
