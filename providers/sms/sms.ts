import type { DeliveryReport, SendOutcome } from '../email/email.ts'

/** The query parameter of a text's status callback that carries our message id. */
export const messageIdParameter = 'message_id'

/** A text ready to send. `statusCallback` is our public hook URL with our message id in `messageIdParameter`. */
export type Text = { to: string; body: string; statusCallback: string }

/** A person's answer to one of our texts: `stop` opts out of texts, `start` opts in again. */
export type TextReply = { reply: 'stop' | 'start'; providerEventId: string; phone: string }

/** A request of the provider to our hook. `url` is the full public URL as the provider requested it. */
export type HookRequest = { url: string; headers: Record<string, string | undefined>; body: string }

export interface SmsProvider {
  readonly name: string
  /**
   * Sends one text. The provider has no idempotency key: after `unknown` it is repeated only when `findSent` does not
   * find it a minute later. Never throws for failures of the provider or the network.
   */
  send(text: Text): Promise<SendOutcome>
  /**
   * Searches the provider's list for a text sent at `since` or later, by number and body: for a send whose answer was
   * lost. Returns its status, null when the provider has no such text. Throws ProviderFailure when the provider cannot
   * be asked.
   */
  findSent(text: Text, since: Date): Promise<DeliveryReport | null>
  /**
   * Verifies and reads a request to our hook: a status callback or a person's reply. Returns null for kinds that are
   * not tracked. Throws ProviderFailure('refused') when the provider did not sign it for our account.
   */
  readHook(request: HookRequest): DeliveryReport | TextReply | null
  /**
   * Reads the status of a text by the provider's id: the same report as a callback, which may have been lost. Returns
   * null while there is nothing to report, and when the provider no longer knows the text. Throws ProviderFailure when
   * the provider cannot be asked.
   */
  fetchReport(providerId: string): Promise<DeliveryReport | null>
}
