import type { Tx } from '../client.ts'

/** A request of support to be let in; `granted` is null until it is answered. Instants in ms. */
export type Ask = { id: string; personId: string; askedAt: number; answeredAt: number | null; granted: boolean | null }

/** Inserts a support person's request to the present practice. */
export async function insertAsk(tx: Tx, personId: string): Promise<Ask> {
  const [row] = await tx<Ask[]>`
    INSERT INTO support_ask (practice_id, person_id) VALUES (current_practice(), ${personId})
    RETURNING id, person_id AS "personId", epoch_ms(asked_at) AS "askedAt", NULL AS "answeredAt", granted`
  if (!row) throw new Error('nothing was inserted')
  return row
}

/** Answers the practice's open requests. */
export async function answerAsks(tx: Tx, granted: boolean): Promise<void> {
  await tx`UPDATE support_ask SET answered_at = clock_timestamp(), granted = ${granted} WHERE answered_at IS NULL`
}

/** Returns the newest requests to the present practice. */
export async function readAsks(tx: Tx, atMost: number): Promise<Ask[]> {
  return tx<Ask[]>`
    SELECT id, person_id AS "personId", epoch_ms(asked_at) AS "askedAt", epoch_ms(answered_at) AS "answeredAt", granted
    FROM support_ask ORDER BY asked_at DESC, id LIMIT ${atMost}`
}
