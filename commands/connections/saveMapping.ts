import { readAccounts, readStanding, writeMappings } from '../../db/connections/connections.ts'
import type { Actor } from '../../domain/events.ts'
import { isActionable, stateOf, stepOf } from '../../domain/situation.ts'
import { type Commands, execute, type Outcome, type Target } from '../execute.ts'

export type Match = { bankAccount: string; ledgerAccount: string | null }

/** The error in a set of matches. `index`: the position in the input; `missing`: bank accounts without a match. */
export type MappingProblem =
  | { code: 'unknown_bank_account' | 'unknown_ledger_account' | 'matched_twice'; index: number }
  | { code: 'missing'; bankAccounts: string[] }

type InvalidMapping = { result: 'invalid'; problem: MappingProblem }

/** Saves the mapping: every bank account with a ledger account or none. Replaces the whole earlier mapping. */
export async function saveMapping(
  commands: Commands,
  target: Target,
  actor: Actor,
  requestId: string,
  matches: Match[],
): Promise<Outcome | InvalidMapping> {
  return execute<InvalidMapping>(commands, target, {
    actor,
    prepare: async (tx, { facts }) => {
      const standing = await readStanding(tx, target.onboardingId)
      const accounts = await readAccounts(
        tx,
        standing.map((one) => one.id),
      )
      const of = (kind: 'bank' | 'books') => {
        const ids = standing.filter((one) => one.kind === kind).map((one) => one.id)
        return new Set(accounts.filter((one) => ids.includes(one.connectionId)).map((one) => one.id))
      }
      // Without a connection the decision refuses; steps marked done by hand have no accounts to match.
      const mappable = isActionable(facts, 'mapping') || stateOf(stepOf(facts, 'mapping')) === 'done'
      const problem = mappable ? problemOf(matches, of('bank'), of('books')) : null
      if (problem) return { answer: { result: 'invalid', problem } }
      const none = matches.filter((match) => match.ledgerAccount === null).length
      return {
        command: { do: 'map', requestId, matched: matches.length - none, none },
        alongside: () => writeMappings(tx, target.practiceId, target.onboardingId, matches),
      }
    },
  })
}

function problemOf(matches: Match[], bank: Set<string>, ledger: Set<string>): MappingProblem | null {
  const seen = new Set<string>()
  for (const [index, { bankAccount, ledgerAccount }] of matches.entries()) {
    if (!bank.has(bankAccount)) return { code: 'unknown_bank_account', index }
    if (ledgerAccount !== null && !ledger.has(ledgerAccount)) return { code: 'unknown_ledger_account', index }
    if (seen.has(bankAccount) || (ledgerAccount !== null && seen.has(ledgerAccount)))
      return { code: 'matched_twice', index }
    seen.add(bankAccount)
    if (ledgerAccount !== null) seen.add(ledgerAccount)
  }
  const missing = [...bank].filter((id) => !seen.has(id))
  return missing.length > 0 ? { code: 'missing', bankAccounts: missing } : null
}
