import type { Tx } from '../../../db/client.ts'
import { findCurrentOnboarding } from '../../../db/onboardings/onboardings.ts'
import { findNamesakes } from '../../../db/onboardings/organisations.ts'
import type { Caller } from '../../endpoint.ts'
import { nameSeenBy } from '../../sight.ts'
import type { Notice } from './newOnboarding.ts'

/**
 * Returns a warning about another client with this name; empty without one. A client that the caller may see is named
 * and linked; others are only mentioned.
 */
export async function namesakeNotice(tx: Tx, caller: Caller, name: string, exceptId: string): Promise<Notice[]> {
  const namesakes = await findNamesakes(tx, name, exceptId)
  if (namesakes.length === 0) return []
  const names = await Promise.all(namesakes.map((id) => nameSeenBy(tx, caller, { id, name })))
  const seen = namesakes[names.indexOf(name)]
  const about = { code: 'duplicate_name', field: 'organisation.name', suggestion: null } as const
  if (seen === undefined) {
    const message = 'Your practice has another client of this name. You can still add this one.'
    return [{ ...about, message, client: null }]
  }
  const client = await findCurrentOnboarding(tx, seen)
  return [{ ...about, message: `You already have a client called ${name}.`, client }]
}
