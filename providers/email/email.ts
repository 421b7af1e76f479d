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
 * What a send attempt ended in. `later` may be repeated with the same key, as often as it takes: the provider says to
 * wait, or its operator has something to mend. `unknown` means the provider may or may not have taken it, and repeating
 * with the same key is safe only inside the provider's key window. `refused` is about this mail: `retryable` where another
 * try may still be taken, of which there is a bounded number.
 */
export type SendOutcome =
  | { outcome: 'accepted'; providerId: string | null } // null: the key says it was sent before, the id is not told
  | { outcome: 'later'; reason: string; retryAfterMs: number | null }
  | { outcome: 'unknown'; reason: string }
  | { outcome: 'refused'; state: 'failed' | 'suppressed'; reason: string; retryable?: true } // `reason`: plain words for staff

/** What a provider's signed callback reports about one send. `messageId` is ours when the provider carried it. */
export type DeliveryReport = {
  providerEventId: string // for replay protection, unique per provider
  messageId: string | null
  providerId: string
  state: 'sent' | 'delayed' | 'delivered' | 'bounced' | 'complained' | 'suppressed' | 'failed'
  reason: string | null
  at: Date
}

export interface EmailProvider {
  readonly name: string
  /** How long the provider remembers an idempotency key, in ms. */
  readonly keyWindowMs: number
  /** Sends one mail under `key` (1–256 characters). Never throws for what the provider or the network does. */
  send(mail: Mail, key: string): Promise<SendOutcome>
  /** Verifies and reads a webhook; null for kinds we do not track. Throws ProviderFailure('refused') on a bad signature. */
  readWebhook(headers: Record<string, string | undefined>, rawBody: string): DeliveryReport | null
}
