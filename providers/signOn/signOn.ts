import { ProviderFailure } from '../failure.ts'

/** A practice's OpenID provider and our registration. `hosts`: those it may use; null until the first test. */
export type SignOnConfig = { issuer: string; clientId: string; clientSecret: string; hosts: readonly string[] | null }

/**
 * The person who came back from the provider. `subject` never changes at that provider; `email` is null when it is
 * unverified; `hosts` are all hosts in the provider's description.
 */
export type SignOnIdentity = { subject: string; email: string | null; hosts: string[] }

/** Thrown when the provider's description names hosts that are not in its configuration. Nothing was sent to them. */
export class UnknownHosts extends ProviderFailure {
  readonly hosts: string[]

  constructor(provider: string, hosts: string[]) {
    super(provider, 'misconfigured', 'The sign-in provider uses another host than before; an admin must confirm it.')
    this.hosts = hosts
  }
}

/** The state kept between leaving and coming back. */
export type SignOnTrip = {
  state: string
  nonce: string
  verifier: string
  /** True when the provider must ask for a password however recently it did, and return the time. */
  isAnew?: boolean | undefined
}

export interface SignOnProvider {
  /**
   * Returns the address to send the browser to. Throws ProviderFailure when the provider does not answer, differs from
   * its configuration, or names unknown hosts.
   */
  begin(config: SignOnConfig, redirectUrl: string, isAnew?: boolean): Promise<{ url: string; trip: SignOnTrip }>
  /** Reads the return; `parameters` is its query. Throws ProviderFailure (`denied`: the person was refused). */
  finish(
    config: SignOnConfig,
    redirectUrl: string,
    trip: SignOnTrip,
    parameters: URLSearchParams,
  ): Promise<SignOnIdentity>
}
