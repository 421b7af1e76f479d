/** A mail as it leaves: rendered, addressed, tagged with our message id. Repeating it must be byte-identical. */
export type Mail = {
  from: string // `Name <address@verified-domain>`
  to: string
  replyTo: string | null
  subject: string
  html: string
  text: string
  messageId: string // our message row; sent as the tag `message_id`
}

/**
 * Something at a provider that its operator must mend, such as a sender that is not allowed. It says nothing about the
 * recipient. `code` is the provider's error number. `restMs`: no message of the channel leaves for so long; null: others may.
 */
export type Trouble = { code: string; reason: string; restMs: number | null }

/**
 * What a send attempt ended in. `later` may be repeated with the same key, as often as it takes: the provider says to
 * wait, or its operator has something to mend. `unknown` means the provider may or may not have taken it, and repeating
 * with the same key is safe only inside the provider's key window; `answered`: by an error of its own, `isFinal`: no repeat
 * can tell any more, people have to look. `refused` is about this mail: `retryable` where another
 * try may still be taken, of which there is a bounded number.
 */
export type SendOutcome =
  | { outcome: 'accepted'; providerId: string | null }
  | { outcome: 'later'; reason: string; retryAfterMs: number | null; trouble?: Trouble }
  | { outcome: 'unknown'; reason: string; answered?: true; isFinal?: true }
  | { outcome: 'refused'; state: 'failed' | 'suppressed'; reason: string; retryable?: true; trouble?: Trouble } // `reason`: plain words for staff

/**
 * What a provider's signed callback reports about one send. `messageId` is ours when the provider carried it. `about` says
 * what did not work where it was not the address: this mail, or the moment, so that another try is worth while.
 */
export type DeliveryReport = {
  providerEventId: string // for replay protection, unique per provider
  messageId: string | null
  providerId: string
  state: 'sent' | 'delayed' | 'delivered' | 'bounced' | 'complained' | 'suppressed' | 'failed'
  reason: string | null
  about?: 'mail' | 'moment'
  trouble?: Trouble
  at: Date
}

/** A signed event: a report, or one of a kind that we do not know. */
export type MailEvent = DeliveryReport | { unknownKind: string }

export interface EmailProvider {
  readonly name: string
  /** How long the provider remembers an idempotency key, in ms. */
  readonly keyWindowMs: number
  /**
   * Sends one mail under `key` (1–250 characters). `isRepeat`: an attempt under this key may have been taken. Never throws
   * for what the provider or the network does.
   */
  send(mail: Mail, key: string, isRepeat?: boolean): Promise<SendOutcome>
  /** Verifies and reads a webhook; null for kinds we do not track. Throws ProviderFailure('refused') on a bad signature. */
  readWebhook(headers: Record<string, string | undefined>, rawBody: string): MailEvent | null
}
