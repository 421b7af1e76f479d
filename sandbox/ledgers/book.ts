import { createHash, randomBytes, randomInt } from 'node:crypto'
import { credentials } from '../credentials.ts'
import type { World } from '../world.ts'
import { BOOKS, type BookName } from './books.ts'

/** An account of a company. `kind`: `bank`, `card`, or a name that one ledger alone has. */
export type BookAccount = {
  id: string
  name: string
  sortCode: string
  number: string
  currency: string
  kind: string
  isHidden: boolean
}

export type Company = { id: string; name: string; registrationNumber: string | null; accounts: BookAccount[] }

/** The person and company that a token stands for. `companyId`: the company that was chosen, where a sign-in reaches one alone. */
export type BookGrant = { email: string; companyId: string | null; since: number }

/** A code, with what its exchange must repeat. */
export type CodeGrant = BookGrant & { redirectUri: string; challenge?: string | null }

type TokenRow = { body: string; created_at: number; expires_at: number; replaced_at: number | null; kind: string }

/** The companies, people, codes and tokens of one ledger. */
export class Book {
  readonly provider: BookName
  readonly #world: World

  constructor(world: World, provider: BookName) {
    this.#world = world
    this.provider = provider
    if (this.companies(credentials.xero.demoUser).length > 0) return
    for (const name of ['Demo Company (UK)', 'Tideway Joinery Ltd']) {
      this.join(credentials.xero.demoUser, this.create(name, inventedBookAccounts()).id)
    }
  }

  create(name: string, accounts: Omit<BookAccount, 'id'>[], registrationNumber: string | null = null): Company {
    const { idDigits } = BOOKS[this.provider]
    const id = idDigits === null ? randomBytes(16).toString('hex') : digitsOf(idDigits)
    const company = {
      id,
      name,
      registrationNumber,
      accounts: accounts.map((account, index) => ({ ...account, id: String(index + 35) })),
    }
    this.#world.store.run(
      'INSERT INTO book_companies VALUES (?, ?, ?, ?)',
      this.provider,
      id,
      JSON.stringify(company),
      this.#world.now(),
    )
    return company
  }

  company(id: string): Company | null {
    const row = this.#world.store.row<{ body: string }>(
      'SELECT body FROM book_companies WHERE provider = ? AND id = ?',
      this.provider,
      id,
    )
    return row ? (JSON.parse(row.body) as Company) : null
  }

  join(email: string, companyId: string): void {
    this.#world.store.run('INSERT OR IGNORE INTO book_members VALUES (?, ?, ?)', this.provider, email, companyId)
  }

  /** Returns the companies of a person, in the order in which they joined. */
  companies(email: string): Company[] {
    return this.#world.store
      .rows<{ body: string }>(
        `SELECT c.body FROM book_members m JOIN book_companies c ON c.provider = m.provider AND c.id = m.company_id
         WHERE m.provider = ? AND m.email = ? ORDER BY m.rowid LIMIT 500`,
        this.provider,
        email,
      )
      .map(({ body }) => JSON.parse(body) as Company)
  }

  leave(email: string, companyId: string): void {
    const sql = 'DELETE FROM book_members WHERE provider = ? AND email = ? AND company_id = ?'
    this.#world.store.run(sql, this.provider, email, companyId)
  }

  /** Creates a code of single use. `prefix` stands before it, as some ledgers have one. */
  newCode(grant: CodeGrant, prefix = ''): string {
    return this.#insert('code', prefix + randomBytes(24).toString('base64url'), grant, Number.MAX_SAFE_INTEGER)
  }

  /** Redeems a code, which is used up in any case. Returns null for an unknown, used, old or foreign one. */
  #redeem(code: string, redirectUri: string, livesMs: number, verifier: string | null): BookGrant | null {
    const row = this.#row(code, 'code')
    if (!row || row.replaced_at !== null) return null
    this.#replace(code)
    const { redirectUri: registered, challenge = null, ...grant } = JSON.parse(row.body) as CodeGrant
    const shown = verifier === null ? null : createHash('sha256').update(verifier).digest('base64url')
    const isRight = registered === redirectUri && shown === challenge
    return this.#world.now() - row.created_at < livesMs && isRight ? grant : null
  }

  /** Takes the code or the refresh token of a token request. Returns its grant; null where it is refused. */
  exchange(operation: string, form: URLSearchParams, lives: { codeMs: number; graceMs: number }): BookGrant | null {
    if (operation === 'refresh') return this.#useRefresh(form.get('refresh_token') ?? '', lives.graceMs)
    if (operation !== 'code') return null
    const [code, redirectUri] = [form.get('code') ?? '', form.get('redirect_uri') ?? '']
    return this.#redeem(code, redirectUri, lives.codeMs, form.get('code_verifier'))
  }

  newToken(kind: 'access' | 'refresh', grant: BookGrant, livesMs: number): string {
    return this.#insert(kind, randomBytes(32).toString('base64url'), grant, this.#world.now() + livesMs)
  }

  /** Returns the grant of an access token, or the reason for which it is refused. */
  access(token: string | null): BookGrant | 'expired' | 'unknown' {
    const row = token === null ? undefined : this.#row(token, 'access')
    if (!row || row.replaced_at !== null) return 'unknown'
    return row.expires_at <= this.#world.now() ? 'expired' : (JSON.parse(row.body) as BookGrant)
  }

  /**
   * Uses a refresh token up. `graceMs`: the time for which it may be used again. Returns null when it is unknown, too
   * old or ended.
   */
  #useRefresh(token: string, graceMs: number): BookGrant | null {
    const row = this.#row(token, 'refresh')
    const now = this.#world.now()
    if (!row || row.expires_at <= now) return null
    if (row.replaced_at !== null && now - row.replaced_at >= graceMs) return null
    if (row.replaced_at === null) this.#replace(token)
    return JSON.parse(row.body) as BookGrant
  }

  /** Ends every token of a person's grant of one company, or of all their grants. Returns false when there is none. */
  end(email: string, companyId: string | null): boolean {
    return (
      this.#world.store.run(
        `DELETE FROM book_tokens WHERE provider = ? AND kind <> 'code' AND json_extract(body, '$.email') = ?
           AND json_extract(body, '$.companyId') IS ?`,
        this.provider,
        email,
        companyId,
      ).changes > 0
    )
  }

  /** Returns the grant of any living token; null for an unknown one. */
  grantOf(token: string): BookGrant | null {
    const row = this.#row(token, 'refresh') ?? this.#row(token, 'access')
    return row ? (JSON.parse(row.body) as BookGrant) : null
  }

  /** Returns the grants that hold a living refresh token, the newest first. */
  grants(): BookGrant[] {
    return this.#world.store
      .rows<{ body: string }>(
        `SELECT body FROM book_tokens WHERE provider = ? AND kind = 'refresh' AND replaced_at IS NULL AND expires_at > ?
         ORDER BY created_at DESC LIMIT 500`,
        this.provider,
        this.#world.now(),
      )
      .map(({ body }) => JSON.parse(body) as BookGrant)
  }

  /** Makes the tokens of a person look `byMs` older, as if that time had passed. */
  age(email: string, byMs: number): void {
    this.#world.store.run(
      `UPDATE book_tokens SET created_at = created_at - ?, expires_at = expires_at - ?, replaced_at = replaced_at - ?
       WHERE provider = ? AND json_extract(body, '$.email') = ?`,
      byMs,
      byMs,
      byMs,
      this.provider,
      email,
    )
  }

  #row(token: string, kind: string): TokenRow | undefined {
    return this.#world.store.row<TokenRow>(
      'SELECT * FROM book_tokens WHERE provider = ? AND token = ? AND kind = ?',
      this.provider,
      token,
      kind,
    )
  }

  #replace(token: string): void {
    this.#world.store.run('UPDATE book_tokens SET replaced_at = ? WHERE token = ?', this.#world.now(), token)
  }

  #insert(kind: string, token: string, body: object, expiresAt: number): string {
    this.#world.store.run(
      'INSERT INTO book_tokens VALUES (?, ?, ?, ?, ?, ?, NULL)',
      token,
      this.provider,
      kind,
      JSON.stringify(body),
      this.#world.now(),
      expiresAt,
    )
    return token
  }
}

/** Returns two bank accounts; they take the given 14-digit numbers, else invented ones. */
export function inventedBookAccounts(numbers: string[] = []): Omit<BookAccount, 'id'>[] {
  return ['Business Current Account', 'Business Reserve'].map((name, index) => {
    const whole = numbers[index] ?? digitsOf(14)
    return {
      name,
      sortCode: whole.slice(0, 6),
      number: whole.slice(6),
      currency: 'GBP',
      kind: 'bank',
      isHidden: false,
    }
  })
}

/** Returns random digits that do not begin with a zero. */
const digitsOf = (length: number): string => Array.from({ length }, (_, at) => randomInt(at === 0 ? 1 : 0, 10)).join('')
