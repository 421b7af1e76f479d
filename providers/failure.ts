/** The kind of a provider failure, by the action it needs. */
export type FailureKind =
  | 'unavailable' // 5xx, network, time-out when repeating is safe: try again later
  | 'rate_limited' // 429: try again after `retryAfterMs`
  | 'denied' // the person stopped or refused
  | 'refused' // the provider or bank refused; a repeat will not help
  | 'permission' // the sign-in may not do this (missing scope, role or subscription)
  | 'stale_token' // the access token is not accepted: refresh it and repeat once
  | 'ended' // the sign-in, token or connection is no longer valid: connect again
  | 'misconfigured' // our credentials or registration are wrong: an operator must act

/**
 * A typed failure of a provider call. `message` is one plain English sentence that may be shown to staff; it never
 * carries tokens, addresses or bodies. `retryAfterMs` is set when the provider named a delay.
 */
export class ProviderFailure extends Error {
  readonly kind: FailureKind
  readonly provider: string
  readonly retryAfterMs: number | null

  constructor(provider: string, kind: FailureKind, message: string, retryAfterMs: number | null = null) {
    super(message)
    this.name = 'ProviderFailure'
    this.provider = provider
    this.kind = kind
    this.retryAfterMs = retryAfterMs
  }
}

/** Returns the sentence about a sign-in that its provider, named by its label, has ended. */
export const signInOver = (label: string): string => `${label} no longer accepts this sign-in; connect again.`
