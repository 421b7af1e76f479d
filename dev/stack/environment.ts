import { writeFileSync } from 'node:fs'
import { credentials } from '../../sandbox/credentials.ts'
import { BOOK_NAMES, BOOKS, type BookName } from '../../sandbox/ledgers/books.ts'
import type { Home } from './home.ts'

/** The addresses of a stack's parts. */
export type Addresses = {
  /** Our public origin: the API, the client pages and the reference. */
  url: string
  sandboxUrl: string
  /** The variables with which a client connects to the Temporal server. */
  temporal: Record<string, string>
  temporalUiUrl: string | null
  workerUrl: string
  /** Connection strings by role. */
  databases: { owner: string; api: string; worker: string; auth: string }
}

/** Returns the addresses of a stack whose database and engine run. PUBLIC_URL of the environment wins. */
export function addressesOf(
  home: Home,
  ownerUrl: string,
  temporal: { address: string; uiUrl: string | null; pid: number | null },
): Addresses {
  const at = (port: number) => `http://127.0.0.1:${port}`
  const as = (user: string, password: string) => {
    const url = new URL(ownerUrl)
    url.username = user
    url.password = password
    return url.href
  }
  return {
    url: (process.env.PUBLIC_URL ?? at(home.ports.api)).replace(/\/$/, ''),
    sandboxUrl: at(home.ports.sandbox),
    temporal: temporalVariables(home, temporal),
    temporalUiUrl: temporal.uiUrl,
    workerUrl: at(home.ports.worker),
    databases: {
      owner: ownerUrl,
      api: as('embark_api', home.secrets.apiPassword),
      worker: as('embark_worker', home.secrets.workerPassword),
      auth: as('embark_auth', home.secrets.authPassword),
    },
  }
}

function temporalVariables(home: Home, temporal: { address: string; pid: number | null }): Record<string, string> {
  const given = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[0].startsWith('TEMPORAL_') && entry[1] !== undefined,
  )
  if (temporal.pid === null) return Object.fromEntries(given)
  // A profile in the user's home, for another cluster, must not affect our own server.
  const noProfile = home.path('temporal.toml')
  writeFileSync(noProfile, '[profile.default]\n')
  return { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: 'default', TEMPORAL_CONFIG_FILE: noProfile }
}

/** Returns the variables that point every provider to the sandbox at `sandboxUrl`. */
export function sandboxProviders(sandboxUrl: string): Record<string, string> {
  const { resend, twilio, truelayer, xero, companiesHouse } = credentials
  return {
    EMAIL_FROM: `Embark <hello@${resend.domain}>`,
    RESEND_API_KEY: resend.apiKey,
    RESEND_BASE_URL: `${sandboxUrl}/resend`,
    RESEND_WEBHOOK_SECRET: resend.webhookSecret,
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: twilio.from,
    TWILIO_BASE_URL: `${sandboxUrl}/twilio`,
    TRUELAYER_CLIENT_ID: truelayer.clientId,
    TRUELAYER_CLIENT_SECRET: truelayer.clientSecret,
    TRUELAYER_AUTH_URL: `${sandboxUrl}/truelayer/auth`,
    TRUELAYER_API_URL: `${sandboxUrl}/truelayer/api`,
    TRUELAYER_HOSTED_ORIGIN: sandboxUrl,
    TRUELAYER_WEBHOOK_KEYS_URL: `${sandboxUrl}/truelayer/webhooks/.well-known/jwks`,
    TRUELAYER_LEGAL_NAME: 'TrueLayer Limited',
    TRUELAYER_FRN: '901096',
    XERO_CLIENT_ID: xero.clientId,
    XERO_CLIENT_SECRET: xero.clientSecret,
    XERO_LOGIN_URL: `${sandboxUrl}/xero/login`,
    XERO_IDENTITY_URL: `${sandboxUrl}/xero/identity`,
    XERO_API_URL: `${sandboxUrl}/xero/api`,
    ...Object.assign({}, ...BOOK_NAMES.map((name) => bookVariables(sandboxUrl, name))),
    PWNED_BASE_URL: `${sandboxUrl}/pwned`,
    COMPANIES_HOUSE_API_KEY: companiesHouse.apiKey,
    COMPANIES_HOUSE_URL: `${sandboxUrl}/companies-house`,
  }
}

/** The addresses of each ledger's twin, by the part of their variable between its name and `URL`. */
const BOOK_PATHS: Record<BookName, Record<string, string>> = {
  quickbooks: { LOGIN: '/login', TOKEN: '/identity', REVOKE: '/identity', API: '/api' },
  sage: { LOGIN: '/login', TOKEN: '/identity', API: '/api/v3.1' },
  freeagent: { API: '/v2' },
}

function bookVariables(sandboxUrl: string, name: BookName): Record<string, string> {
  const { clientId, clientSecret } = BOOKS[name]
  const of = (what: string) => `${name.toUpperCase()}_${what}`
  const addresses = Object.entries(BOOK_PATHS[name]).map(([what, path]) => [
    of(`${what}_URL`),
    `${sandboxUrl}/${name}${path}`,
  ])
  return { [of('CLIENT_ID')]: clientId, [of('CLIENT_SECRET')]: clientSecret, ...Object.fromEntries(addresses) }
}

/** Returns the variables that add the sandbox's second provider of banks, which the demo does not offer. */
export const furtherProviders = (sandboxUrl: string): Record<string, string> => ({
  PLAID_CLIENT_ID: credentials.plaid.clientId,
  PLAID_CLIENT_SECRET: credentials.plaid.secret,
  PLAID_API_URL: `${sandboxUrl}/plaid/api`,
  PLAID_HOSTED_ORIGIN: sandboxUrl,
  PLAID_LEGAL_NAME: 'Plaid Financial Ltd.',
  PLAID_FRN: '804718',
})

/** Returns the providers, keys and addresses that both api and worker get. */
function shared(home: Home, addresses: Addresses): Record<string, string> {
  return {
    NODE_ENV: 'development',
    PUBLIC_URL: addresses.url,
    ...addresses.temporal,
    LINK_KEYS: home.secrets.linkKeys,
    SEAL_KEYS: home.secrets.sealKeys,
    ...sandboxProviders(addresses.sandboxUrl),
  }
}

/** Returns the environment of each of our processes. */
export function environmentsOf(home: Home, addresses: Addresses) {
  const both = shared(home, addresses)
  return {
    sandbox: { SANDBOX_PORT: String(home.ports.sandbox), SANDBOX_DATA: home.path('sandbox.db') },
    api: {
      ...both,
      DATABASE_URL: addresses.databases.api,
      AUTH_DATABASE_URL: addresses.databases.auth,
      AUTH_SECRETS: home.secrets.authSecrets,
      // Some of the sandbox's banks come before the alphabet, as real ones do.
      USUAL_BANKS: 'Northgate,Albion Union,Harbour & Trust,Kestrel,Meridian,Lowland Provincial,Tidewater,Juniper',
      // OpenID providers of practices, and the marks of banks, may be on this machine.
      OUTBOUND_ALLOW: '127.0.0.1,localhost',
      PORT: String(home.ports.api),
    },
    worker: { ...both, DATABASE_URL: addresses.databases.worker, METRICS_PORT: String(home.ports.worker) },
  } satisfies Record<string, Record<string, string>>
}
