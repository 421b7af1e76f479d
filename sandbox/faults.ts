import { type BookName, ofBooks } from './ledgers/books.ts'
import type { Store } from './store.ts'

/** The faults that every provider can have. */
export const GENERAL_FAULTS = [
  'server_error',
  'rate_limited',
  'hang_before',
  'timeout_after_accept',
  'connection_reset',
  'slow',
  'malformed',
  'extra_fields',
]

/** All faults of each provider, by the name used in control calls. */
export const FAULT_KINDS: Record<Provider, string[]> = {
  resend: [
    ...GENERAL_FAULTS,
    'refused',
    'refused_sender',
    'bad_key',
    'daily_quota',
    'resource_locked',
    'html',
    'error_kept',
    'error_holds',
    'bounce',
    'bounce_transient',
    'bounce_content',
    'delay',
    'complain',
    'suppress',
    'fail',
  ],
  twilio: [
    ...GENERAL_FAULTS,
    'undelivered',
    'failed',
    'filtered',
    'carrier',
    'no_receipt',
    'no_callbacks',
    'stopped',
    'landline',
    'invalid_to',
    'callback_unreachable',
    'sender_refused',
    'sender_unregistered',
    'trial_sender',
    'service_invalid',
    'day_limit',
    'unknown_refusal',
    'unknown_error',
    'unavailable',
  ],
  truelayer: [
    ...GENERAL_FAULTS,
    'bank_down',
    'bank_times_out',
    'processing',
    'token_expired',
    'no_holder_names',
    'webhook_lost',
    'webhook_twice',
  ],
  plaid: [
    ...GENERAL_FAULTS,
    'bank_down',
    'bank_not_responding',
    'processing',
    'no_accounts',
    'webhook_lost',
    'webhook_twice',
  ],
  xero: [
    ...GENERAL_FAULTS,
    'token_expired',
    'insufficient_scope',
    'invalid_grant',
    'disconnected',
    'refused',
    'day_limit',
    'old_event',
    'nothing_moves',
    'no_event',
  ],
  ...ofBooks(({ faults }) => [...GENERAL_FAULTS, ...faults]),
  pwned: [...GENERAL_FAULTS, 'html', 'redirect'],
  companiesHouse: [...GENERAL_FAULTS, 'gaps', 'forbidden'],
}

/** The operations that a fault can be limited to; every request has one or more of them. */
export const FAULT_OPERATIONS: Record<Provider, string[]> = {
  resend: ['send', 'get', 'other'],
  twilio: ['send', 'get', 'list', 'other'],
  truelayer: ['create', 'accounts', 'token', 'providers', 'webhook'],
  plaid: ['institutions', 'create', 'link', 'exchange', 'item', 'accounts', 'remove', 'key', 'webhook'],
  pwned: ['range'],
  xero: ['consent', 'token', 'code', 'refresh', 'connections', 'disconnect', 'organisation', 'accounts'],
  ...ofBooks(({ operations }) => operations),
  companiesHouse: ['search', 'profile'],
}

export type Provider = 'resend' | 'twilio' | 'truelayer' | 'plaid' | 'xero' | BookName | 'companiesHouse' | 'pwned'

/** A fault that is switched on. `timesLeft` -1 = until removed; `match` is a substring of the request. */
export type Fault = {
  id: number
  provider: Provider
  operation: string | null
  kind: string
  match: string | null
  retryAfterSeconds: number | null
  delayMs: number | null
  timesLeft: number
}

/** The faults in force, oldest first, kept in the store. */
export class FaultBook {
  readonly #store: Store
  #faults: Fault[]

  constructor(store: Store) {
    this.#store = store
    this.#faults = store
      .rows<{ id: number; body: string; times_left: number }>('SELECT * FROM faults ORDER BY id')
      .map((row) => ({ ...(JSON.parse(row.body) as Fault), id: row.id, timesLeft: row.times_left }))
  }

  list(): Fault[] {
    return this.#faults
  }

  /** Switches a fault on. Returns its id, or the problem with the request. */
  add(wanted: Record<string, unknown>): { id: number } | { problem: string } {
    const provider = wanted.provider as Provider
    const kinds = FAULT_KINDS[provider]
    if (!kinds) return { problem: `provider must be one of ${Object.keys(FAULT_KINDS).join(', ')}` }
    if (!kinds.includes(String(wanted.kind))) return { problem: `kind must be one of ${kinds.join(', ')}` }
    const operation = text(wanted.operation)
    if (operation && !FAULT_OPERATIONS[provider].includes(operation)) {
      return { problem: `operation must be one of ${FAULT_OPERATIONS[provider].join(', ')}` }
    }
    const times = wanted.times === undefined ? 1 : Number(wanted.times)
    if (!Number.isInteger(times) || times === 0 || times < -1) return { problem: 'times must be a count, or -1' }
    const body = {
      provider,
      operation,
      kind: String(wanted.kind),
      match: text(wanted.match),
      retryAfterSeconds: number(wanted.retryAfterSeconds),
      delayMs: number(wanted.delayMs),
    }
    const { lastId } = this.#store.run(
      'INSERT INTO faults (body, times_left) VALUES (?, ?)',
      JSON.stringify(body),
      times,
    )
    this.#faults = [...this.#faults, { ...body, id: lastId, timesLeft: times }]
    return { id: lastId }
  }

  remove(id: number): boolean {
    this.#faults = this.#faults.filter((fault) => fault.id !== id)
    return this.#store.run('DELETE FROM faults WHERE id = ?', id).changes > 0
  }

  clear(): void {
    this.#faults = []
    this.#store.run('DELETE FROM faults')
  }

  /**
   * Finds the first fault in force for a request and uses it up once. `operations`: the request's names; `kinds`: the
   * faults that the caller can play now; `request`: the text in which `match` is searched.
   */
  take(provider: Provider, operations: string[], kinds: string[], request: string): Fault | null {
    const fault = this.#faults.find(
      (candidate) =>
        candidate.provider === provider &&
        kinds.includes(candidate.kind) &&
        (candidate.operation === null || operations.includes(candidate.operation)) &&
        (candidate.match === null || request.includes(candidate.match)),
    )
    if (!fault) return null
    if (fault.timesLeft === 1) this.remove(fault.id)
    else if (fault.timesLeft > 1) {
      fault.timesLeft -= 1
      this.#store.run('UPDATE faults SET times_left = ? WHERE id = ?', fault.timesLeft, fault.id)
    }
    return fault
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function number(value: unknown): number | null {
  const parsed = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof parsed === 'number' && Number.isFinite(parsed) && parsed >= 0 ? parsed : null
}
