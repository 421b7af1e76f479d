import { randomUUID } from 'node:crypto'
import { returnFromLedger } from '../../commands/connections/ledgers/ledgerReturn.ts'
import type { LedgerResult } from '../../commands/connections/ledgers/ledgerSession.ts'
import { departSession, openSession } from '../../commands/connections/sessions.ts'
import { connectors } from '../../providers/connectors.ts'
import type { LedgerConnector } from '../../providers/ledger/ledger.ts'
import type { ClientSide } from '../api/client/clientHarness.ts'
import { LEDGER_TWINS, type LedgerTwin } from './twins.ts'

export const actor = { type: 'api_key', id: null } as const
export type Client = Awaited<ReturnType<ClientSide['invite']>>

/** Returns the side's dependencies with every ledger that has a twin. */
export function withEveryLedger(side: ClientSide): ClientSide['deps'] {
  const all = Object.values(LEDGER_TWINS).map((twinOf) => twinOf(side.sandbox).connector())
  return { ...side.deps, ledgers: connectors(...(all as [LedgerConnector])) }
}

/** Goes from the product to a ledger and back as `user`, who allows access to an organisation. */
export async function goToLedger(
  deps: ClientSide['deps'],
  twin: LedgerTwin,
  provider: string,
  { target }: Pick<Client, 'target'>,
  choice: { user: string; organisation: string },
): Promise<LedgerResult & { sessionId: string }> {
  const asked = { step: 'books', provider, institution: null, institutionName: provider } as const
  const opened = await openSession(deps.commands, target, { ...asked, openedBy: 'practice', linkId: null })
  if (opened.result !== 'opened') throw new Error(JSON.stringify(opened))
  const { sessionId } = opened
  const left = await departSession(deps.commands, deps, target, actor, sessionId, randomUUID())
  if (left.result !== 'departed') throw new Error(JSON.stringify(left))
  const back = await twin.decide(left.redirectUrl, choice)
  const { code, error, ...query } = Object.fromEntries(back.searchParams)
  const returned = code === undefined ? { error: error ?? 'none' } : { code, query }
  return { ...(await returnFromLedger(deps.commands, deps, target, sessionId, returned)), sessionId }
}
