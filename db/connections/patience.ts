import type { Tx } from '../client.ts'

/** The longest time for which a transaction may wait for a provider, or for another one that does. */
const PATIENCE = '40s'

/**
 * Lets a transaction rest while a provider answers, which may take longer than our own statements ever do. A connection
 * that was cut meanwhile would lose an answer that is given once.
 */
export async function waitForProvider(tx: Tx): Promise<void> {
  await tx`SELECT set_config(name, ${PATIENCE}, true)
    FROM unnest('{lock_timeout,statement_timeout,idle_in_transaction_session_timeout}'::text[]) AS name`
}
