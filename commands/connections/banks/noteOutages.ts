import type { Database } from '../../../db/client.ts'
import { beginOutage, deferRetry, endOutage, readTriedBanks } from '../../../db/connections/outages.ts'
import { isBankDown, retryAfter } from '../../../domain/connections/bankOutages.ts'

/**
 * Records which banks went down and which work again, by the tries of all practices' clients. Each change is recorded by one
 * worker. Returns their number.
 */
export async function noteOutages(db: Database): Promise<number> {
  let changes = 0
  for (const bank of await readTriedBanks(db)) {
    const { institution, outageId, firstFailedAt, lastFailedAt, now } = bank
    const lastRetryAt = retryAfter(lastFailedAt ?? 0)
    const retryAt = bank.retryAt === null ? null : Math.max(bank.retryAt, lastRetryAt)
    const isDown = isBankDown({ ...bank, retryAt }, now)
    if (outageId === null) {
      const since = firstFailedAt ?? now
      if (isDown && (await beginOutage(db, { institution, since, retryAt: lastRetryAt }))) changes += 1
    } else if (!isDown) {
      if (await endOutage(db, outageId)) changes += 1
    } else if (lastRetryAt > (bank.retryAt ?? 0)) {
      await deferRetry(db, outageId, lastRetryAt)
    }
  }
  return changes
}
