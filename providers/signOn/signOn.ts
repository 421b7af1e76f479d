import { ProviderFailure } from '../failure.ts'

/** A practice's OpenID provider, as it registered us there. `hosts`: those it may use; null while it was never tested. */
export type SignOnConfig = { issuer: string; clientId: string; clientSecret: string; hosts: readonly string[] | null }

/**
 * Who came back from there. `subject` never changes at that provider; `email` is null where it is unverified;
 * `hosts` are all that the provider's description names.
 */
export type SignOnIdentity = { subject: string; email: string | null; hosts: string[] }

/** The provider's description names hosts that are not among those of its configuration. Nothing was sent there. */
export class UnknownHosts extends ProviderFailure {
  readonly hosts: string[]

  constructor(provider: string, hosts: string[]) {
    super(provider, 'misconfigured', 'The sign-in provider uses another host than before; an admin must confirm it.')
    this.hosts = hosts
  }
}

/** What is kept between leaving and coming back. */
export type SignOnTrip = {
  state: string
  nonce: string
  verifier: string
  /** The provider asks for a password however lately it did, and says when. */
  isAnew?: boolean | undefined
}

export interface SignOnProvider {
  /** Returns the address to send the browser to. Throws a ProviderFailure when the provider is away, not as configured, or elsewhere. */
  begin(config: SignOnConfig, redirectUrl: string, isAnew?: boolean): Promise<{ url: string; trip: SignOnTrip }>
  /** Reads the return, `parameters` being its query. Throws a ProviderFailure: `denied` when the person was not let in there. */
  finish(
    config: SignOnConfig,
    redirectUrl: string,
    trip: SignOnTrip,
    parameters: URLSearchParams,
  ): Promise<SignOnIdentity>
}
