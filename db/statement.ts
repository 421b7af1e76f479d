import type postgres from 'postgres'

/**
 * A query of the driver, with the members that decide where it runs and how it ends (postgres 3.4.9, src/query.js; the
 * version is pinned, and test/db/lostConnection fails if another one works differently).
 */
export type Query = Promise<unknown> & {
  args: unknown[]
  handler: (query: Query) => void
  resolve: (rows?: unknown) => void
  reject: (error: unknown) => void
  execute: () => void
}

/** The members of the driver's client that only build statements. The others would open connections of their own. */
const BUILDERS = new Set<PropertyKey>(['array', 'json', 'typed', 'types', 'options', 'parameters', 'PostgresError'])

/**
 * A statement, or a part of one, for which the driver makes a query once somebody asks for its result. The driver's own
 * is a promise from the start, with two functions that V8 creates as old objects, so that all it leads to outlives every
 * quick collection. A list has a hundred parts.
 */
class Statement {
  readonly strings: TemplateStringsArray
  readonly args: unknown[]
  readonly #begin: (statement: Statement) => Promise<unknown>
  #result: Promise<unknown> | null = null

  constructor(strings: TemplateStringsArray, args: unknown[], begin: (statement: Statement) => Promise<unknown>) {
    this.strings = strings
    this.args = args
    this.#begin = begin
  }

  /** Sends the statement, if it is not sent yet. */
  execute(): this {
    this.#result ??= this.#begin(this)
    return this
  }

  result(): Promise<unknown> {
    this.execute()
    return this.#result as Promise<unknown>
  }
}
for (const name of ['then', 'catch', 'finally'] as const) {
  const value = function (this: Statement, ...args: unknown[]) {
    const result = this.result()
    return Reflect.apply(result[name], result, args)
  }
  Object.defineProperty(Statement.prototype, name, { value })
}

/** True once the driver recognises the parts of a statement, which it does by their class. */
let isKnown = false

/** Returns the driver's client, whose statements are passed to `run` for execution. */
export function client<Client>(template: postgres.Sql, run: (query: Query) => void, own: object = {}): Client {
  const direct = (made: object) => {
    // Lists of values and names are built in the same way; only a query has a handler.
    if ('handler' in made) (made as Query).handler = run
    return made
  }
  const begin = ({ strings, args }: Statement): Promise<unknown> => {
    const query = direct(template(strings, ...(args as never[]))) as Query
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const end = query.resolve
    const settle = (rows: unknown) => {
      // The rest of the query must have no effect.
      Object.assign(query, { resolve: end, args: [], parameters: [], string: '', signature: '', statement: null })
      resolve(rows)
      end()
    }
    Object.assign(query, { resolve: settle })
    whenSettled(query, (error) => error !== undefined && reject(error))
    // An awaited statement rejects as usual; one that is not awaited must not end the process.
    promise.catch(() => {})
    query.execute()
    return promise
  }
  if (!isKnown) Object.setPrototypeOf(Statement.prototype, Object.getPrototypeOf(template``))
  isKnown = true
  return new Proxy(template, {
    apply: (target, _self, [first, ...args]) =>
      Array.isArray(first?.raw)
        ? new Statement(first, args, begin)
        : direct(Reflect.apply(target as never, undefined, [first, ...args])),
    has: (_target, name) => name in own || name === 'unsafe' || BUILDERS.has(name),
    get: (target, name) => {
      if (name in own) return own[name as keyof typeof own]
      if (name === 'unsafe') return (...args: Parameters<typeof target.unsafe>) => direct(target.unsafe(...args))
      return BUILDERS.has(name) ? target[name as keyof typeof target] : undefined
    },
  }) as unknown as Client
}

/** Calls back when the query has ended, without starting it as `then` of the driver's query would. */
export function whenSettled(query: Query, done: (error?: unknown) => void): void {
  Promise.prototype.then.call(query, () => done(), done)
}
