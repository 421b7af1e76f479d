import { lookAtConnections } from '../../commands/connections/lookAtConnections.ts'
import { openDatabase } from '../../db/client.ts'
import type { ClientSide } from '../api/client/clientHarness.ts'

/**
 * Looks at a client's connections as the worker does, whenever their looks are due. Returns what an operator is told of.
 */
export async function lookNow(side: ClientSide, deps: ClientSide['deps'], { id }: { id: string }): Promise<unknown[]> {
  const url = new URL(side.databaseUrl)
  url.username = 'embark_worker'
  const db = openDatabase(url.href, 2)
  const told: unknown[] = []
  await side.owner`UPDATE connection SET look_at = now() WHERE onboarding_id = ${id} AND look_at IS NOT NULL`
  await lookAtConnections({ ...deps.commands, db }, deps, (_id, error) => told.push(error)).finally(() => db.close())
  return told
}
