import { randomBytes, randomUUID } from 'node:crypto'
import type { World } from '../world.ts'
import { type PlaidError, Refusal } from './error.ts'
import { institutionById } from './institutions.ts'
import { type Item, type Items, inventedAccounts, otherAccounts } from './items.ts'
import type { LinkRequest } from './request.ts'
import type { PlaidWebhooks } from './webhooks.ts'

const MINUTE_MS = 60_000
const PUBLIC_TOKEN_LIVES_MS = 30 * MINUTE_MS
/** The time after its end for which a session's result can be read. */
const RESULT_LIVES_MS = 6 * 60 * MINUTE_MS
/** The time until a slow bank decides. */
const LATER_MS = 30_000

/** The acts of a person, or of a script in a person's place, on a Link session. */
export const LINK_ACTIONS = [
  'approve',
  'cancel',
  'refuse',
  'bank_down',
  'approve_later',
  'approve_no_accounts',
  'approve_without_numbers',
  'approve_twice',
  'signatory',
  'never_return',
  'approve_other_accounts',
] as const
export type LinkAction = (typeof LINK_ACTIONS)[number]

/** A result that can be exchanged once. */
type Result = { publicToken: string; itemId: string; madeAt: number; used: boolean }

/** One Link session. `exit`: how it ended without a result. Times in ms since 1970. */
type Session = {
  id: string
  startedAt: number
  finishedAt: number | null
  results: Result[]
  exit: { error: PlaidError | null; status: string } | null
}

/** A link token with its sessions. `opaque` identifies it in the browser, where the token must not go. */
export type Link = {
  token: string
  opaque: string
  request: LinkRequest
  institutionId: string | null
  sessions: Session[]
  returns: boolean // false: the person closed the window at the end
  createdAt: number
  expiresAt: number
}

const itemError = (code: string, message: string): PlaidError => ({ type: 'ITEM_ERROR', code, reason: null, message })

/** The ends without a result: the error that Link reports, if any, and how far the person was. */
const EXITS: Partial<Record<LinkAction, { error: PlaidError | null; status: string }>> = {
  cancel: { error: null, status: 'requires_oauth' },
  refuse: { error: itemError('ACCESS_NOT_GRANTED', 'the user did not grant access'), status: 'requires_oauth' },
  bank_down: {
    error: { type: 'INSTITUTION_ERROR', code: 'INSTITUTION_DOWN', reason: null, message: 'institution is down' },
    status: 'institution_not_found',
  },
  approve_no_accounts: {
    error: itemError('NO_AUTH_ACCOUNTS', 'no accounts were found that support the product'),
    status: 'requires_account_selection',
  },
}

/** The link tokens and the sessions that people had with them. */
export class Links {
  readonly #world: World
  readonly #items: Items
  readonly #webhooks: PlaidWebhooks

  constructor(world: World, items: Items, webhooks: PlaidWebhooks) {
    this.#world = world
    this.#items = items
    this.#webhooks = webhooks
  }

  create(request: LinkRequest): Link {
    const now = this.#world.now()
    const link: Link = {
      token: `link-sandbox-${randomUUID()}`,
      opaque: randomBytes(18).toString('base64url'),
      request,
      institutionId: request.institutionId,
      sessions: [],
      returns: true,
      createdAt: now,
      expiresAt: now + request.lifeSeconds * 1_000,
    }
    this.#world.store.run(
      'INSERT INTO plaid_links VALUES (?, ?, ?, ?)',
      link.token,
      link.opaque,
      JSON.stringify(link),
      now,
    )
    return link
  }

  byToken(token: string): Link | null {
    return read(this.#world.store.row<Row>('SELECT body FROM plaid_links WHERE token = ?', token))
  }

  byOpaque(opaque: string): Link | null {
    return read(this.#world.store.row<Row>('SELECT body FROM plaid_links WHERE opaque = ?', opaque))
  }

  list(): Link[] {
    return this.#world.store
      .rows<Row>('SELECT body FROM plaid_links ORDER BY created_at DESC, rowid DESC LIMIT 1000')
      .flatMap((row) => read(row) ?? [])
  }

  /** Returns true while the hosted page can be used. */
  isOpen({ expiresAt }: Link): boolean {
    return this.#world.now() < expiresAt
  }

  /** Returns the token's sessions for `/link/token/get`. Throws the refusal of an unknown or forgotten token. */
  result(token: unknown): Link {
    const link = typeof token === 'string' ? this.byToken(token) : null
    const ends = link?.sessions.map(({ finishedAt }) => finishedAt ?? Number.POSITIVE_INFINITY) ?? []
    const isForgotten = ends.length > 0 && Math.max(...ends) + RESULT_LIVES_MS <= this.#world.now()
    if (!link || isForgotten) {
      throw new Refusal('INVALID_INPUT', 'INVALID_LINK_TOKEN', 'invalid link_token provided')
    }
    return link
  }

  /** Exchanges a public token, once. Throws its refusal when it was used, or is unknown or older than 30 minutes. */
  exchange(publicToken: unknown): Item {
    for (const link of this.list()) {
      const result = link.sessions.flatMap(({ results }) => results).find((one) => one.publicToken === publicToken)
      if (!result) continue
      const item = this.#items.byId(result.itemId)
      if (result.used || !item || this.#world.now() >= result.madeAt + PUBLIC_TOKEN_LIVES_MS) break
      result.used = true
      this.#save(link)
      return item
    }
    throw new Refusal('INVALID_INPUT', 'INVALID_PUBLIC_TOKEN', 'could not find matching public token')
  }

  /** Records the institution that the person picked, unless it is chosen already, or unknown. */
  choose(link: Link, institutionId: string): void {
    if (link.request.institutionId === null && institutionById(institutionId)) this.#save({ ...link, institutionId })
  }

  /** Applies the person's decision and reports the end of the session. Returns the problem with it, or null. */
  async act(link: Link, action: LinkAction, institutionId: string | null = null): Promise<string | null> {
    if (!this.isOpen(link)) return 'This link has expired.'
    const institution = institutionById(link.institutionId ?? institutionId)
    const exit = EXITS[action]
    if (!institution && action !== 'cancel') return 'Choose a bank first.'
    const now = this.#world.now()
    const begun = link.sessions.find(({ finishedAt }) => finishedAt === null)
    const session: Session = begun ?? { id: randomUUID(), startedAt: now, finishedAt: null, results: [], exit: null }
    const chosen = {
      ...link,
      institutionId: institution?.id ?? null,
      sessions: [...link.sessions.filter((one) => one !== begun), session],
      returns: action !== 'never_return',
    }
    if (action === 'signatory' || action === 'approve_later') {
      this.#save(chosen)
      const approve = () => void this.act(this.byToken(link.token) ?? chosen, 'approve')
      if (action === 'approve_later') this.#world.timers.later(LATER_MS, approve)
      return null
    }
    session.finishedAt = now
    if (exit) session.exit = exit
    else if (institution) {
      const times = action === 'approve_twice' ? 2 : 1
      for (let time = 0; time < times; time++) this.#approve(chosen, session, institution.id, action)
    }
    this.#save(chosen)
    await this.#webhooks.tell(chosen.request.webhook, chosen.request.origin, {
      webhook_type: 'LINK',
      webhook_code: 'SESSION_FINISHED',
      status: exit ? 'EXITED' : 'SUCCESS',
      link_session_id: session.id,
      link_token: link.token,
      public_tokens: session.results.map(({ publicToken }) => publicToken),
    })
    return null
  }

  /** Makes a token and its results older, for tests. */
  age(link: Link, byMs: number): void {
    const sessions = link.sessions.map((one) => ({
      ...one,
      startedAt: one.startedAt - byMs,
      finishedAt: one.finishedAt && one.finishedAt - byMs,
      results: one.results.map((result) => ({ ...result, madeAt: result.madeAt - byMs })),
    }))
    this.#save({ ...link, sessions, createdAt: link.createdAt - byMs, expiresAt: link.expiresAt - byMs })
  }

  /** Makes the Item of an approval; in update mode the standing one gets a new consent and there is no result. */
  #approve({ request, sessions }: Link, session: Session, institutionId: string, action: LinkAction): void {
    const updated = request.updates === null ? null : this.#items.byId(request.updates)
    if (updated && action === 'approve_other_accounts') updated.accounts = otherAccounts(updated.accounts)
    if (updated) return void this.#items.renew(updated)
    const made = sessions.reduce((n, { results }) => n + results.length, 0)
    // A person who connects a bank anew shares the same accounts.
    const accounts = inventedAccounts(
      `${request.userId}/${institutionId}/${made}`,
      action === 'approve_without_numbers',
    )
    const item = this.#items.create({ institutionId, webhook: request.webhook, origin: request.origin, accounts })
    const publicToken = `public-sandbox-${randomUUID()}`
    session.results.push({ publicToken, itemId: item.id, madeAt: this.#world.now(), used: false })
  }

  #save(link: Link): void {
    this.#world.store.run('UPDATE plaid_links SET body = ? WHERE token = ?', JSON.stringify(link), link.token)
  }
}

type Row = { body: string }
const read = (row: Row | undefined): Link | null => (row ? (JSON.parse(row.body) as Link) : null)
