/** A mail ready to send: rendered, addressed, tagged with our message id. A repeat must be byte-identical. */
export type Mail = {
  from: string // `Name <address@verified-domain>`
  to: string
  replyTo: string | null
  subject: string
  html: string
  text: string
  messageId: string // id of our message row; sent as the tag `message_id`
}

/**
 * A problem at a provider that our operator must fix, such as a sender that is not allowed. It says nothing about the
 * recipient. `code` is the provider's error number. `restMs`: pause for all messages of the channel; null: no pause.
 */
export type Trouble = { code: string; reason: string; restMs: number | null }

/**
 * The outcome of a send attempt. `later`: repeat with the same key, without limit, because the provider asks to wait or
 * the operator must fix something. `unknown`: the provider may have accepted the mail; a repeat with the same key is
 * safe only inside the provider's key window. `answered`: it answered with an error; `isFinal`: no repeat can help,
 * staff must look. `refused` is about this mail; `retryable`: a bounded number of further attempts may succeed.
 */
export type SendOutcome =
  | { outcome: 'accepted'; providerId: string | null }
  | { outcome: 'later'; reason: string; retryAfterMs: number | null; trouble?: Trouble }
  | { outcome: 'unknown'; reason: string; answered?: true; isFinal?: true }
  // `reason`: plain words for staff. `about`: the number answered STOP.
  | {
      outcome: 'refused'
      state: 'failed' | 'suppressed'
      reason: string
      about?: 'opted_out'
      retryable?: true
      trouble?: Trouble
    }

/**
 * A report about one send, from a provider's signed callback. `messageId` is our id when the provider carried it.
 * `about` is set when the address was not the cause: this mail, or the moment, so that a retry makes sense; or when its
 * number answered STOP.
 */
export type DeliveryReport = {
  providerEventId: string // for replay protection, unique per provider
  messageId: string | null
  providerId: string
  state: 'sent' | 'delayed' | 'delivered' | 'bounced' | 'complained' | 'suppressed' | 'failed'
  reason: string | null
  about?: 'mail' | 'moment' | 'opted_out'
  trouble?: Trouble
  at: Date
}

/** A signed event: a report, or an event of an unknown kind. */
export type MailEvent = DeliveryReport | { unknownKind: string }

/** Waits for a turn to ask the provider, so that its rate is kept. Returns false if none came in time. */
export type Turn = () => Promise<boolean>

export interface EmailProvider {
  readonly name: string
  /**
   * Sends one mail under `key` (1–250 characters). `isRepeat`: an earlier attempt under this key may have been
   * accepted. `hasTurn`: its turn was taken before. Never throws for failures of the provider or the network.
   */
  send(mail: Mail, key: string, attempt?: { isRepeat?: boolean; hasTurn?: boolean }): Promise<SendOutcome>
  /** Verifies and reads a webhook; null for untracked kinds. Throws ProviderFailure('refused') on a bad signature. */
  readWebhook(headers: Record<string, string | undefined>, rawBody: string): MailEvent | null
}
