import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { World } from '../world.ts'
import { type PlaidError, Refusal, wireError } from './error.ts'
import { institutionById } from './institutions.ts'

const DAY_MS = 24 * 3_600_000

/** An account. Without a sort code it stands in none of the arrays of numbers. */
export type Account = {
  id: string
  name: string
  subtype: 'checking' | 'savings'
  sortCode: string | null
  number: string | null
}

/** One Item: a person's consent at an institution. Times in ms since 1970. */
export type Item = {
  id: string
  accessToken: string
  institutionId: string
  webhook: string | null
  /** The address under which the sandbox was reached when the Item was made. */
  origin: string
  accounts: Account[]
  /** The accounts that the bank closed. */
  closed?: Account[]
  consentExpiresAt: number | null
  error: PlaidError | null
  createdAt: number
  /** The time by which its clock is ahead of the sandbox's. */
  aheadMs?: number
}

/** The acts of a person or bank on an Item outside the customer's pages. */
export const ITEM_ACTIONS = [
  'expire',
  'revoke',
  'revoke_silently',
  'repair',
  'near_expiry',
  'close_account',
  'open_account',
] as const
export type ItemAction = (typeof ITEM_ACTIONS)[number]

const loginRequired = (reason: string): PlaidError => ({
  type: 'ITEM_ERROR',
  code: 'ITEM_LOGIN_REQUIRED',
  reason,
  message: 'the login details of this item have changed',
})

/** The Items, kept in the store until they are removed. */
export class Items {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  create(made: { institutionId: string; webhook: string | null; origin: string; accounts: Account[] }): Item {
    const now = this.#world.now()
    const item: Item = {
      ...made,
      id: randomBytes(18).toString('base64url'),
      accessToken: `access-sandbox-${randomUUID()}`,
      consentExpiresAt: consentEnd(made.institutionId, now),
      error: null,
      createdAt: now,
    }
    this.#world.store.run('INSERT INTO plaid_items VALUES (?, ?, ?, ?)', item.id, item.accessToken, wire(item), now)
    return item
  }

  byId(id: string): Item | null {
    return this.#read(this.#world.store.row<Row>('SELECT body FROM plaid_items WHERE id = ?', id))
  }

  /** Returns the Item of an access token. Throws the refusal of an unknown or removed one. */
  ofToken(accessToken: unknown): Item {
    if (typeof accessToken !== 'string' || !accessToken.startsWith('access-')) {
      throw new Refusal('INVALID_INPUT', 'INVALID_ACCESS_TOKEN', 'access token is in an invalid format')
    }
    const item = this.#read(
      this.#world.store.row<Row>('SELECT body FROM plaid_items WHERE access_token = ?', accessToken),
    )
    if (!item) throw new Refusal('ITEM_ERROR', 'ITEM_NOT_FOUND', 'the Item you requested cannot be found')
    return item
  }

  list(): Item[] {
    return this.#world.store
      .rows<Row>('SELECT body FROM plaid_items ORDER BY created_at DESC, rowid DESC LIMIT 1000')
      .flatMap((row) => this.#read(row) ?? [])
  }

  remove({ id }: Item): void {
    this.#world.store.run('DELETE FROM plaid_items WHERE id = ?', id)
  }

  /** Applies an act. Returns the Item as it is then, and the webhook's code and fields; null for an act that sends none. */
  act(item: Item, action: ItemAction): { item: Item; sends: { code: string; fields: object } | null } {
    const now = this.#nowOf(item)
    switch (action) {
      case 'expire': {
        const error = loginRequired('OAUTH_CONSENT_EXPIRED')
        const ended = this.save({ ...item, error, consentExpiresAt: now })
        return { item: ended, sends: { code: 'ERROR', fields: { error: { ...wireError(error), status: 400 } } } }
      }
      case 'revoke':
      case 'revoke_silently': {
        const ended = this.save({ ...item, error: loginRequired('OAUTH_USER_REVOKED') })
        const error = {
          type: 'ITEM_ERROR',
          code: 'USER_PERMISSION_REVOKED',
          reason: null,
          message: 'access was revoked',
        }
        const fields = { error: { ...wireError(error), status: 400 } }
        return { item: ended, sends: action === 'revoke' ? { code: 'USER_PERMISSION_REVOKED', fields } : null }
      }
      case 'repair':
        return { item: this.renew(item), sends: { code: 'LOGIN_REPAIRED', fields: {} } }
      case 'near_expiry': {
        const near = this.save({ ...item, consentExpiresAt: now + 7 * DAY_MS })
        const fields = { consent_expiration_time: new Date(now + 7 * DAY_MS).toISOString() }
        return { item: near, sends: { code: 'PENDING_EXPIRATION', fields } }
      }
      // Only American banks have a webhook for a closed account.
      case 'close_account': {
        const closed = [...(item.closed ?? []), ...item.accounts.slice(-1)]
        return { item: this.save({ ...item, accounts: item.accounts.slice(0, -1), closed }), sends: null }
      }
      case 'open_account': {
        const accounts = [...item.accounts, ...(item.closed ?? [])]
        return { item: this.save({ ...item, accounts, closed: [] }), sends: null }
      }
    }
  }

  /** Gives an Item a new consent, as update mode does. Its id and token stay. */
  renew(item: Item): Item {
    return this.save({ ...item, error: null, consentExpiresAt: consentEnd(item.institutionId, this.#nowOf(item)) })
  }

  /** Lets time pass for one Item, as if the sandbox's clock had moved for it alone. */
  age(item: Item, byMs: number): void {
    this.save({ ...item, aheadMs: (item.aheadMs ?? 0) + byMs })
  }

  save(item: Item): Item {
    this.#world.store.run('UPDATE plaid_items SET body = ? WHERE id = ?', wire(item), item.id)
    return item
  }

  #nowOf({ aheadMs = 0 }: Item): number {
    return this.#world.now() + aheadMs
  }

  /** Reads an Item. One whose consent has reached its end says so. */
  #read(row: Row | undefined): Item | null {
    if (!row) return null
    const item = JSON.parse(row.body) as Item
    const { consentExpiresAt, error } = item
    const isOver = error === null && consentExpiresAt !== null && consentExpiresAt <= this.#nowOf(item)
    return isOver ? { ...item, error: loginRequired('OAUTH_CONSENT_EXPIRED') } : item
  }
}

type Row = { body: string }
const wire = (item: Item): string => JSON.stringify(item)

function consentEnd(institutionId: string, now: number): number | null {
  const days = institutionById(institutionId)?.consentDays ?? null
  return days === null ? null : now + days * DAY_MS
}

/** Returns two accounts of a branch. `withoutNumbers`: the second stands in no array of numbers. */
export function inventedAccounts(seed: string, withoutNumbers = false): Account[] {
  const bytes = createHash('sha256').update(seed).digest()
  const sortCode = String(200_000 + (bytes.readUInt32BE(0) % 699_999))
  return (['checking', 'savings'] as const).map((subtype, index) => {
    const hides = withoutNumbers && index === 1
    return {
      id: randomBytes(28).toString('base64url').slice(0, 37),
      name: subtype === 'checking' ? 'Business Current Account' : 'Business Savings',
      subtype,
      sortCode: hides ? null : sortCode,
      number: hides ? null : String(10_000_000 + (bytes.readUInt32BE(4 + index * 4) % 89_999_999)),
    }
  })
}

/** Returns the accounts of an Item after its person left out the last one and chose another instead. */
export function otherAccounts(accounts: Account[]): Account[] {
  const [another] = inventedAccounts(randomUUID())
  return another ? [...accounts.slice(0, -1), { ...another, name: 'Business Reserve' }] : accounts
}
