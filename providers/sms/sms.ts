import type { DeliveryReport, SendOutcome } from '../email/email.ts'

/** The query parameter of a text's status callback that carries our message id. */
export const messageIdParameter = 'message_id'

/** A text as it leaves. `statusCallback` is our public hook URL with our message id in `messageIdParameter`. */
export type Text = { to: string; body: string; statusCallback: string }

export interface SmsProvider {
  readonly name: string
  /**
   * Sends one text. The provider has no idempotency key, so anything short of a clear answer is `unknown` and must
   * never be repeated by itself. Never throws for what the provider or the network does.
   */
  send(text: Text): Promise<SendOutcome>
  /**
   * Verifies and reads a status callback. `url` is the full public URL as the provider requested it.
   * Null for states we do not track. Throws ProviderFailure('refused') on a bad signature.
   */
  readCallback(signature: string | undefined, url: string, parameters: Record<string, string>): DeliveryReport | null
  /**
   * Asks how a text stands, by the id the provider gave it: the same report as a callback, which may have been lost. Null
   * while there is nothing to report, and when the provider no longer knows the text. Throws ProviderFailure when it
   * cannot be asked.
   */
  fetchReport(providerId: string): Promise<DeliveryReport | null>
}
