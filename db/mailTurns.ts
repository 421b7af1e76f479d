import {
  RateLimiterCompatibleAbstract,
  RateLimiterQueue,
  RateLimiterQueueError,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import type { Database, Tx } from './client.ts'
import { countHit } from './rateLimit.ts'

/**
 * The share of the provider's rate up to which mails of a kind fill it, first to last. The next mail of a kind with a
 * smaller share may leave a moment later, so one of a greater share that waits takes the turn. The shares stay below
 * the whole rate: requests reach the provider up to a tenth of a second nearer to each other than they left.
 */
const SHARES = { sign_in: 0.9, message: 0.85, bulk: 0.8 } as const

/** `sign_in`: somebody waits at a screen. `message`: to clients. `bulk`: to colleagues, and digests. */
export type MailKind = keyof typeof SHARES

/** The longest wait for a turn, in seconds. Messages wait at the engine instead, where practices take turns. */
const PATIENCE_S: Record<MailKind, number> = { sign_in: 30, message: 3, bulk: 30 }

/** All processes of an installation use one account at the provider. */
const ACCOUNT = 'mail_provider'

/** The most turns within a tenth of a second, so that a high rate does not take a statement a millisecond. */
const atOnceOf = (perSecond: number): number => Math.max(1, Math.floor(perSecond / 10))

/** Turns to ask the mail provider, one for each request. */
export type MailTurns = {
  /** Takes a turn in the caller's transaction if one is free now. Others wait for its end, so it comes last there. */
  take(tx: Tx): Promise<boolean>
  /** Waits for a turn. Returns false if none came in time, or, after `onError`, if the database is away. */
  wait(): Promise<boolean>
}

/** Creates the turns of one process for mails of a kind; all processes together stay below `perSecond`. */
export function createMailTurns(
  db: Database,
  perSecond: number,
  kind: MailKind,
  onError: (error: unknown) => void,
): MailTurns {
  const atOnce = atOnceOf(perSecond)
  const windowMsOf = (share: number) => (atOnce / (share * perSecond)) * 1_000
  const windowMs = windowMsOf(SHARES.sign_in)
  const graceMs = windowMsOf(SHARES[kind]) - windowMs
  const ask = (sql: Database['sql'] | Tx) => countHit({ sql }, ACCOUNT, windowMs, graceMs)
  class Turns extends RateLimiterCompatibleAbstract {
    override async consume(): Promise<RateLimiterRes> {
      const { hits, leftMs } = await ask(db.sql)
      const counted = new RateLimiterRes(Math.max(atOnce - hits, 0), Math.ceil(leftMs), hits)
      if (hits > atOnce) throw counted
      return counted
    }
  }
  const queue = new RateLimiterQueue(new Turns())
  let waiting = 0
  return {
    // Those that wait in this process go first.
    take: async (tx) => waiting === 0 && (await ask(tx)).hits <= atOnce,
    wait: async () => {
      waiting += 1
      try {
        await queue.removeTokens(1, ACCOUNT, Math.ceil(Date.now() / 1_000) + PATIENCE_S[kind])
        return true
      } catch (error) {
        if (!(error instanceof RateLimiterQueueError)) onError(error)
        return false
      } finally {
        waiting -= 1
      }
    },
  }
}
