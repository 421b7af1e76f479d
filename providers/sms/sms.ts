import type { DeliveryReport, SendOutcome } from '../email/email.ts'

/** The query parameter of a text's status callback that carries our message id. */
export const messageIdParameter = 'message_id'

/** A text as it leaves. `statusCallback` is our public hook URL with our message id in `messageIdParameter`. */
export type Text = { to: string; body: string; statusCallback: string }

/** Says that a person answered one of our texts: no more of them (`stop`), or texts are welcome again (`start`). */
export type TextReply = { reply: 'stop' | 'start'; providerEventId: string; phone: string }

/** A request of the provider to our hook, as it came. `url` is the full public URL as the provider requested it. */
export type HookRequest = { url: string; headers: Record<string, string | undefined>; body: string }

export interface SmsProvider {
  readonly name: string
  /**
   * Sends one text. The provider has no idempotency key: after `unknown` it is repeated only when `findSent` does not find
   * it a minute later. Never throws for what the provider or the network does.
   */
  send(text: Text): Promise<SendOutcome>
  /**
   * Looks for a text, sent at `since` or later, in the provider's own list, by number and words: for a send whose answer was
   * lost. Returns how it stands, null when the provider has no such text. Throws ProviderFailure when it cannot be asked.
   */
  findSent(text: Text, since: Date): Promise<DeliveryReport | null>
  /**
   * Verifies and reads a request to our hook: a status callback or a person's reply. Null for what we do not track. Throws
   * ProviderFailure('refused') when it is not signed by the provider for our account.
   */
  readHook(request: HookRequest): DeliveryReport | TextReply | null
  /**
   * Asks how a text stands, by the id the provider gave it: the same report as a callback, which may have been lost. Null
   * while there is nothing to report, and when the provider no longer knows the text. Throws ProviderFailure when it
   * cannot be asked.
   */
  fetchReport(providerId: string): Promise<DeliveryReport | null>
}
