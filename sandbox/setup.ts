import { credentials } from './credentials.ts'
import { type BookName, ofBooks } from './ledgers/books.ts'
import type { Store } from './store.ts'

/** Settings that can change while the sandbox runs. A ledger's empty `redirectUris` allow any loopback address. */
export type Setup = {
  resend: {
    webhookUrl: string | null
    webhookSecret: string
    events: string[] // the event types that the webhook is subscribed to
    perSecond: number
    deliverAfterMs: number
  }
  twilio: { perSecond: number; deliverAfterMs: number; inboundUrl: string | null } // inboundUrl: receives the replies
  truelayer: {
    returnUris: string[] // the only return addresses accepted
    returnWithQuery: boolean // false: the return address must match exactly, without an added query
    webhookUrl: string | null
  }
  /** `mostConnections` counts over all people; 0 means no limit. */
  xero: { redirectUris: string[]; newOrganisationNumbers: string[]; mostConnections: number }
  companiesHouse: { perFiveMinutes: number }
} & Record<BookName, { redirectUris: string[] }>

const DEFAULTS: Setup = {
  resend: {
    webhookUrl: null,
    webhookSecret: credentials.resend.webhookSecret,
    events: ['delivered', 'delivery_delayed', 'bounced', 'complained', 'suppressed', 'failed'].map((e) => `email.${e}`),
    perSecond: 5,
    deliverAfterMs: 300,
  },
  twilio: { perSecond: 100, deliverAfterMs: 300, inboundUrl: null },
  truelayer: { returnUris: [], returnWithQuery: true, webhookUrl: null },
  xero: { redirectUris: [], newOrganisationNumbers: [], mostConnections: 0 },
  ...ofBooks(() => ({ redirectUris: [] })),
  companiesHouse: { perFiveMinutes: 600 },
}

/** The present setup, kept in the store. */
export class SetupBook {
  readonly #store: Store
  #present: Setup

  constructor(store: Store) {
    this.#store = store
    this.#present = structuredClone(DEFAULTS)
    for (const { provider, body } of store.rows<{ provider: keyof Setup; body: string }>('SELECT * FROM setup')) {
      Object.assign(this.#present[provider], JSON.parse(body))
    }
  }

  get(): Setup {
    return this.#present
  }

  /** Merges a partial setup; returns the problems found, and changes nothing when there are any. */
  change(wanted: unknown): string[] {
    if (!isRecord(wanted)) return ['the body must be a JSON object']
    const problems: string[] = []
    for (const [provider, fields] of Object.entries(wanted)) {
      const defaults = DEFAULTS[provider as keyof Setup] as Record<string, unknown> | undefined
      if (!defaults || !isRecord(fields)) {
        problems.push(`${provider} is not a provider with an object of settings`)
        continue
      }
      for (const [name, value] of Object.entries(fields)) {
        if (!(name in defaults)) problems.push(`${provider}.${name} is not a setting`)
        else if (!fits(defaults[name], value)) problems.push(`${provider}.${name} has the wrong type`)
      }
    }
    if (problems.length > 0) return problems
    for (const [provider, fields] of Object.entries(wanted)) {
      const next = { ...this.#present[provider as keyof Setup], ...(fields as object) }
      Object.assign(this.#present, { [provider]: next })
      this.#store.run('INSERT OR REPLACE INTO setup VALUES (?, ?)', provider, JSON.stringify(next))
    }
    return []
  }
}

function fits(example: unknown, value: unknown): boolean {
  if (example === null) return value === null || typeof value === 'string'
  if (Array.isArray(example)) return Array.isArray(value) && value.every((item) => typeof item === 'string')
  if (typeof example === 'number') return typeof value === 'number' && value >= 0 && Number.isFinite(value)
  return typeof value === typeof example
}

/** Returns true for plain JSON objects. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
