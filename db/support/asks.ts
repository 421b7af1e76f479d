import type { Tx } from '../client.ts'

/** Support asked to be let in; `granted` is null until it was answered. Instants in ms. */
export type Ask = { id: string; personId: string; askedAt: number; answeredAt: number | null; granted: boolean | null }

/** Keeps that a person of support asked the present practice. */
export async function insertAsk(tx: Tx, personId: string): Promise<Ask> {
  const [row] = await tx<Ask[]>`
    INSERT INTO support_ask (practice_id, person_id) VALUES (current_practice(), ${personId})
    RETURNING id, person_id AS "personId", epoch_ms(asked_at) AS "askedAt", NULL AS "answeredAt", granted`
  if (!row) throw new Error('nothing was inserted')
  return row
}

/** Answers whatever the practice was asked and has not answered. */
export async function answerAsks(tx: Tx, granted: boolean): Promise<void> {
  await tx`UPDATE support_ask SET answered_at = clock_timestamp(), granted = ${granted} WHERE answered_at IS NULL`
}

/** The newest asks of the present practice. */
export async function readAsks(tx: Tx, atMost: number): Promise<Ask[]> {
  return tx<Ask[]>`
    SELECT id, person_id AS "personId", epoch_ms(asked_at) AS "askedAt", epoch_ms(answered_at) AS "answeredAt", granted
    FROM support_ask ORDER BY asked_at DESC, id LIMIT ${atMost}`
}
