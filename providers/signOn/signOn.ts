/** A practice's OpenID provider, as it registered us there. */
export type SignOnConfig = { issuer: string; clientId: string; clientSecret: string }

/** Who came back from there. `subject` never changes at that provider; `email` is null where it is not vouched for. */
export type SignOnIdentity = { subject: string; email: string | null }

/** What is kept between leaving and coming back. */
export type SignOnTrip = { state: string; nonce: string; verifier: string }

export interface SignOnProvider {
  /** Where to send the browser. Throws a ProviderFailure when the provider is away or not as configured. */
  begin(config: SignOnConfig, redirectUrl: string): Promise<{ url: string; trip: SignOnTrip }>
  /** Reads the return, `parameters` being its query. Throws a ProviderFailure: `denied` when the person was not let in there. */
  finish(
    config: SignOnConfig,
    redirectUrl: string,
    trip: SignOnTrip,
    parameters: URLSearchParams,
  ): Promise<SignOnIdentity>
}
