import { createHash, createHmac } from 'node:crypto'
import type { Request } from 'express'
import type postgres from 'postgres'
import type { Database, Tx } from '../db/client.ts'
import { type Earlier, forgetBegun, type Idempotency, keepAnswer, takeKey } from '../db/idempotency.ts'
import { SealFailure } from '../providers/seal.ts'
import type { Dependencies } from './dependencies.ts'
import type { Handled } from './endpoint.ts'
import { Problem } from './problem.ts'

/**
 * The way a POST writes. `in_one_transaction`: the whole handler runs in one transaction of the caller's practice,
 * which also stores the answer, so that everything is done or nothing. `in_steps`: for handlers that call providers or
 * work on many rows; each step commits alone, and must recognise that it is done when the handler runs again after a
 * crash. `nothing`: a POST that only reads; it takes no Idempotency-Key.
 */
export type Writes = 'in_one_transaction' | 'in_steps' | 'nothing'

/** An answer, which a repeat gets as well. */
type Answered = Handled<unknown>

type Once = {
  practiceId: string
  /** Null when the caller sent no key: then nothing is stored. */
  idempotency: Idempotency | null
  writes: Exclude<Writes, 'nothing'>
  /** Called as soon as something may be committed; from then on the answer cannot claim that nothing was changed. */
  onCommit: () => void
}

/** Runs `handle` once per Idempotency-Key. A repeat gets the first answer, or a 422 if its body differs. */
export function handleOnce<A extends Answered>(
  deps: Dependencies,
  once: Once,
  handle: (deps: Dependencies) => Promise<A>,
): Promise<A> {
  return once.writes === 'in_steps' ? inSteps(deps, once, handle) : inOneTransaction(deps, once, handle)
}

async function inOneTransaction<A extends Answered>(
  deps: Dependencies,
  { practiceId, idempotency, onCommit }: Once,
  handle: (deps: Dependencies) => Promise<A>,
): Promise<A> {
  const inside = insideTransaction(deps.db, practiceId)
  try {
    const answered = await deps.db.inPractice(practiceId, async (tx) => {
      const earlier = idempotency && (await takeKey(tx, practiceId, idempotency))
      const repeated = earlier && answerOf<A>(deps, practiceId, idempotency, earlier)
      if (repeated) return repeated
      const handled = await handle(withDatabase(deps, inside.databaseOf(tx)))
      if (idempotency) await keep(tx, deps, practiceId, idempotency, handled)
      return handled
    })
    onCommit()
    await inside.committed()
    return answered
  } finally {
    inside.end()
  }
}

async function inSteps<A extends Answered>(
  deps: Dependencies,
  { practiceId, idempotency, onCommit }: Once,
  handle: (deps: Dependencies) => Promise<A>,
): Promise<A> {
  const { db } = deps
  const repeated =
    idempotency &&
    (await db.inPractice(practiceId, async (tx) => {
      const earlier = await takeKey(tx, practiceId, idempotency)
      if (earlier) return answerOf<A>(deps, practiceId, idempotency, earlier)
      await keepAnswer(tx, practiceId, idempotency, null, idsIn(idempotency.route))
      return null
    }))
  onCommit()
  if (repeated) return repeated
  try {
    const handled = await handle(deps)
    if (idempotency) await db.inPractice(practiceId, (tx) => keep(tx, deps, practiceId, idempotency, handled))
    return handled
  } catch (error) {
    if (idempotency && error instanceof Problem && error.status < 500) {
      await db.inPractice(practiceId, (tx) => forgetBegun(tx, practiceId, idempotency))
    }
    throw error
  }
}

/** Returns the stored answer; null when the earlier request began without answering, so that its steps run again. */
function answerOf<A extends Answered>(
  { sealer }: Dependencies,
  practiceId: string,
  idempotency: Idempotency,
  earlier: Earlier,
): A | null {
  if (earlier.is === 'conflict') throw idempotencyConflict()
  if (earlier.is === 'forgotten') throw alreadyDone()
  if (earlier.is === 'begun') return null
  const response = earlier.response as { sealed: string } | A
  // Answers from before the sealing was introduced are stored plain, for a day.
  if (!('sealed' in response)) return { ...response, replayed: true }
  try {
    return { ...JSON.parse(sealer.open(response.sealed, contextOf(practiceId, idempotency))), replayed: true }
  } catch (error) {
    if (!(error instanceof SealFailure)) throw error
    // Its key was removed from the ring within the day.
    throw alreadyDone()
  }
}

/** Returns the problem of a request that was done, but whose answer is lost. */
const alreadyDone = (): Problem =>
  new Problem(409, 'already_done', 'This was done already, and its answer is gone. Reload to see it.')

/** Stores the answer sealed, because it may contain secrets such as a new API key. */
async function keep(
  tx: Tx,
  { sealer }: Dependencies,
  practiceId: string,
  idempotency: Idempotency,
  { replayed: _replayed, ...answered }: Answered,
): Promise<void> {
  const text = JSON.stringify(answered)
  const sealed = sealer.seal(text, contextOf(practiceId, idempotency))
  await keepAnswer(tx, practiceId, idempotency, { sealed }, idsIn(`${idempotency.route} ${text}`))
}

/** Returns the id of a request to a provider: the same at every repeat. */
export function idOf(practiceId: string, { route, key, bodySha256 }: Idempotency): string {
  const hex = createHash('sha256').update(`${practiceId} ${route} ${key} `).update(bodySha256).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const contextOf = (practiceId: string, { route, key }: Idempotency) => `request:${practiceId}:${route}:${key}`

const idsIn = (text: string): string[] => [
  ...new Set(text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g)),
]

const withDatabase = (deps: Dependencies, db: Database): Dependencies => ({
  ...deps,
  db,
  commands: { ...deps.commands, db },
})

/** Wraps the database: calls `onCommit` after each transaction of a handler that takes no key. */
export const withCommitsNoted = (deps: Dependencies, onCommit: () => void): Dependencies =>
  withDatabase(deps, {
    ...deps.db,
    inPractice: async (practiceId, work, plans) => {
      const result = await deps.db.inPractice(practiceId, work, plans)
      onCommit()
      return result
    },
  })

/**
 * Creates a database of one transaction: everything a handler runs on it is part of that transaction. Another practice
 * is refused, because the transaction sees only one. After its end, remaining work runs on the pool.
 */
function insideTransaction(pool: Database, practiceId: string) {
  let hasEnded = false
  const afterwards: (() => Promise<unknown>)[] = []
  const databaseOf = (tx: Tx): Database => ({
    ...pool,
    get sql() {
      return hasEnded ? pool.sql : (tx as unknown as postgres.Sql)
    },
    inPractice: async (id, work, plans) => {
      if (hasEnded) return pool.inPractice(id, work, plans)
      if (id !== practiceId) throw new Error('a request that is one transaction works in one practice')
      if (plans === 'one') planOnce(tx)
      return work(tx)
    },
    afterCommit: async (work) => {
      if (hasEnded) await work()
      else afterwards.push(work)
    },
  })
  return {
    databaseOf,
    committed: async () => {
      hasEnded = true
      await Promise.all(afterwards.map((work) => work()))
    },
    end: () => {
      hasEnded = true
    },
  }
}

/** Uses one generic plan for queries by id from here on. Sent ahead, not awaited. */
function planOnce(tx: Tx): void {
  tx`SELECT set_config('plan_cache_mode', 'force_generic_plan', true)`.execute().catch(() => {})
}

const longestKey = 255

/** Returns the Idempotency-Key of a request with its route and body hash; null without one. */
export function idempotencyOf(
  request: Request,
  { method, path }: { method: string; path: string },
  params: Record<string, unknown>,
  body: unknown,
  { linkKeys }: Pick<Dependencies, 'linkKeys'>,
): Idempotency | null {
  const key = request.get('Idempotency-Key')
  if (key === undefined) return null
  if (key.length > longestKey || !/^[\x21-\x2b\x2d-\x7e]+$/.test(key)) {
    const detail = `An Idempotency-Key has 1 to ${longestKey} visible characters, without blanks and commas.`
    throw new Problem(400, 'bad_idempotency_key', detail)
  }
  const about = Object.entries(params).map(([name, value]) => (name === 'token' ? hashOf(String(value)) : value))
  // Keyed, so that stored hashes do not reveal the body; with the oldest key, so that a new one changes nothing.
  const secret = linkKeys.at(-1)?.key ?? ''
  const bodySha256 = createHmac('sha256', secret).update(canonical(body)).digest()
  return { route: `${method.toUpperCase()} ${path} ${about.join(' ')}`.trim(), key, bodySha256 }
}

/** Returns the hash of a token, which grants access and so must not be stored. */
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url')

/** Returns the same text for equal JSON, independent of the order of members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** Returns the problem of a key that was used earlier with another body. */
export const idempotencyConflict = () =>
  new Problem(422, 'idempotency_conflict', 'This was already sent with other details. Reload and check.')
