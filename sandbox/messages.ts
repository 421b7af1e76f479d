import type { SQLInputValue } from 'node:sqlite'
import type { Store } from './store.ts'

/** One mail or text as it was accepted. `wire` is the provider's description of it, `sentAt` is in ms since 1970. */
export type Message = {
  id: number
  providerId: string
  channel: 'email' | 'sms'
  sender: string | null
  recipients: string[]
  subject: string | null
  html: string | null
  text: string | null
  tags: { name: string; value: string }[] | null
  idempotencyKey: string | null
  callbackUrl: string | null
  wire: Record<string, unknown>
  sentAt: number
  state: string
  reason: string | null
  errorCode: number | null
  requests: number // number of requests with the same idempotency key
}

/** Filter of the message list; `to` matches exactly, `toContains` a part of an address. */
export type MessageFilter = {
  to?: string
  toContains?: string
  channel?: string
  since?: number
  before?: number // an id: only older messages
  limit: number
}

/** A stored message, whose lists and objects are JSON. */
type Row = Omit<Message, 'recipients' | 'tags' | 'wire'> & { recipients: string; tags: string | null; wire: string }

const SELECT = `SELECT id, provider_id AS providerId, channel, sender, recipients, subject, html, text, tags,
  idempotency_key AS idempotencyKey, callback_url AS callbackUrl, wire, sent_at AS sentAt, state, reason,
  error_code AS errorCode, requests FROM messages`

/** The store of all messages that were sent. */
export class Messages {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** Inserts a new message; returns its id. Call it in one transaction with its deliveries. */
  insert(message: Omit<Message, 'id' | 'requests' | 'reason' | 'errorCode'>): number {
    const { lastId } = this.#store.run(
      `INSERT INTO messages (provider_id, channel, sender, recipients, subject, html, text, tags, idempotency_key,
        callback_url, wire, sent_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      message.providerId,
      message.channel,
      message.sender,
      JSON.stringify(message.recipients),
      message.subject,
      message.html,
      message.text,
      message.tags && JSON.stringify(message.tags),
      message.idempotencyKey,
      message.callbackUrl,
      JSON.stringify(message.wire),
      message.sentAt,
      message.state,
    )
    for (const address of new Set(message.recipients.map(bareAddress))) {
      this.#store.run('INSERT INTO recipients VALUES (?, ?)', address, lastId)
    }
    return lastId
  }

  byId(id: number): Message | null {
    const row = this.#store.row<Row>(`${SELECT} WHERE id = ?`, id)
    return row ? fromRow(row) : null
  }

  byProviderId(providerId: string): Message | null {
    const row = this.#store.row<Row>(`${SELECT} WHERE provider_id = ?`, providerId)
    return row ? fromRow(row) : null
  }

  /** Returns messages, newest first. */
  list(filter: MessageFilter): Message[] {
    const { where, values } = conditions(filter)
    return this.#store
      .rows<Row>(`${SELECT} WHERE ${where} ORDER BY id DESC LIMIT ?`, ...values, filter.limit)
      .map(fromRow)
  }

  /** Returns the number of all messages. */
  count(): number {
    return this.#store.row<{ count: number }>('SELECT count(*) AS count FROM messages')?.count ?? 0
  }

  setState(id: number, state: string, reason: string | null, errorCode: number | null): void {
    this.#store.run(
      'UPDATE messages SET state = ?, reason = ?, error_code = ? WHERE id = ?',
      state,
      reason,
      errorCode,
      id,
    )
  }

  /** Replaces the provider's description of a message, and its text. */
  rewrite(message: Pick<Message, 'id' | 'wire' | 'text'>): void {
    this.#store.run(
      'UPDATE messages SET wire = ?, text = ? WHERE id = ?',
      JSON.stringify(message.wire),
      message.text,
      message.id,
    )
  }

  /** Counts one more request with this key. */
  countRequest(idempotencyKey: string): void {
    this.#store.run('UPDATE messages SET requests = requests + 1 WHERE idempotency_key = ?', idempotencyKey)
  }
}

/** Returns the address of `Name <a@b>`, `a@b`, in lower case. */
export function bareAddress(address: string): string {
  return (/<([^<>]+)>\s*$/.exec(address)?.[1] ?? address).trim().toLowerCase()
}

function conditions(filter: MessageFilter): { where: string; values: SQLInputValue[] } {
  const parts: string[] = ['1 = 1']
  const values: SQLInputValue[] = []
  if (filter.to) {
    parts.push('id IN (SELECT message FROM recipients WHERE address = ?)')
    values.push(bareAddress(filter.to))
  }
  if (filter.toContains) {
    parts.push('id IN (SELECT message FROM recipients WHERE instr(address, ?) > 0)')
    values.push(filter.toContains.trim().toLowerCase())
  }
  if (filter.channel) {
    parts.push('channel = ?')
    values.push(filter.channel)
  }
  if (filter.since !== undefined) {
    parts.push('sent_at >= ?')
    values.push(filter.since)
  }
  if (filter.before !== undefined) {
    parts.push('id < ?')
    values.push(filter.before)
  }
  return { where: parts.join(' AND '), values }
}

function fromRow(row: Row): Message {
  return {
    ...row,
    recipients: JSON.parse(row.recipients) as string[],
    tags: row.tags ? (JSON.parse(row.tags) as Message['tags']) : null,
    wire: JSON.parse(row.wire) as Message['wire'],
  }
}
