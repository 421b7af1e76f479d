import { z } from 'zod'
import type { FailureKind } from '../failure.ts'
import type { ReadRefusal } from '../rest.ts'
import type { Bank, BankAccount, BankFailure } from './bank.ts'

/** The provider's name in records and for people. */
export const plaid = { name: 'plaid', label: 'Plaid' }

const text = z.string().min(1)
const named = z.object({ error_type: z.string().catch(''), error_code: z.string().catch('') })

export const institutionsSchema = z.object({
  institutions: z.array(z.object({ institution_id: text, name: text })),
  total: z.number(),
})

export const createdSchema = z.object({ link_token: text, hosted_link_url: z.string() })

/** The outcome of a link token: each session with its results, or how it ended without one. */
export const linkSchema = z.object({
  link_sessions: z
    .array(
      z.object({
        finished_at: z.string().nullish(),
        results: z.object({ item_add_results: z.array(z.object({ public_token: text })) }).nullish(),
        exit: z.object({ error: named.nullish() }).nullish(),
      }),
    )
    .nullish(),
})

export const exchangedSchema = z.object({ access_token: text, item_id: text })

export const authSchema = z.object({
  accounts: z.array(
    z.object({
      account_id: text,
      name: z.string(),
      official_name: z.string().nullish(),
      subtype: z.string().nullish(),
      balances: z.object({ iso_currency_code: z.string().nullish() }).nullish(),
    }),
  ),
  numbers: z.object({
    bacs: z.array(z.object({ account_id: text, account: z.string(), sort_code: z.string() })),
    international: z.array(z.object({ account_id: text, iban: z.string() })).nullish(),
  }),
  item: z.object({
    institution_name: z.string().nullish(),
    consent_expiration_time: z.string().nullish(),
  }),
})

export const keySchema = z.object({
  key: z.object({
    alg: z.literal('ES256'),
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    kid: text,
    x: text,
    y: text,
    expired_at: z.number().nullish(),
  }),
})

/** Returns the institutions as banks, by name. */
export const banksOf = (institutions: z.infer<typeof institutionsSchema>['institutions']): Bank[] =>
  institutions
    .map(({ institution_id: id, name }) => ({ id, name }))
    .sort((one, other) => one.name.localeCompare(other.name, 'en-GB'))

/** Maps the accounts to ours. One that stands in no array of numbers has none. */
export function bankAccountsOf({ accounts, numbers }: z.infer<typeof authSchema>): BankAccount[] {
  return accounts.map((account) => {
    const is = ({ account_id: id }: { account_id: string }) => id === account.account_id
    const bacs = numbers.bacs.find(is)
    return {
      externalId: account.account_id,
      name: account.official_name || account.name || 'Bank account',
      // Holder names are a product of their own, which is not asked for.
      holder: null,
      currency: account.balances?.iso_currency_code ?? 'GBP',
      sortCode: bacs?.sort_code.replace(/\D/g, '') || null,
      accountNumber: bacs?.account.replace(/\D/g, '') || null,
      iban: numbers.international?.find(is)?.iban.replace(/\s/g, '').toUpperCase() || null,
    }
  })
}

const STOPPED: BankFailure = { family: 'stopped', reason: 'The person stopped at the bank.' }
export const TOO_LATE: BankFailure = { family: 'stopped', reason: 'The visit to the bank was not finished in time.' }
export const NO_ACCOUNTS: BankFailure = {
  family: 'no_accounts',
  reason: 'The bank found no account that can be shared.',
}
const DOWN: BankFailure = { family: 'bank_down', reason: 'The bank had a problem of its own.' }
const DENIED: BankFailure = { family: 'refused', reason: 'Access was denied at the bank.' }

const EXITS = new Map<string, BankFailure>([
  ['NO_ACCOUNTS', NO_ACCOUNTS],
  ['NO_AUTH_ACCOUNTS', NO_ACCOUNTS],
  ['ACCESS_NOT_GRANTED', DENIED],
  ['INSTITUTION_NO_LONGER_SUPPORTED', { family: 'refused', reason: 'The bank cannot be connected any more.' }],
  ['OAUTH_STATE_ID_ALREADY_PROCESSED', TOO_LATE],
])

/** Returns the failure of a session that ended without a result. Plaid's own text is not shown. */
export function failureOfExit(error: z.infer<typeof named> | null | undefined): BankFailure {
  if (!error) return STOPPED
  const known = EXITS.get(error.error_code)
  if (known) return known
  if (error.error_type === 'INSTITUTION_ERROR' || error.error_type === 'API_ERROR') return DOWN
  return { family: 'refused', reason: 'It gave no reason that we know.' }
}

/** The codes with a meaning of their own, by what is to be done. `denied`: the Item gives no account. */
const CODES = new Map<string, { kind: FailureKind; message: string }>([
  ['INVALID_API_KEYS', { kind: 'misconfigured', message: 'Plaid does not accept our credentials.' }],
  ['INVALID_LINK_TOKEN', { kind: 'ended', message: 'Plaid does not know this visit to the bank any more.' }],
  ['INVALID_PUBLIC_TOKEN', { kind: 'ended', message: 'The approval at the bank can no longer be used.' }],
  ['INVALID_ACCESS_TOKEN', { kind: 'ended', message: 'Plaid has no access to this bank.' }],
  ['ITEM_NOT_FOUND', { kind: 'ended', message: 'Plaid has no access to this bank.' }],
  ['ITEM_LOGIN_REQUIRED', { kind: 'ended', message: 'The access to this bank has ended.' }],
  ['USER_PERMISSION_REVOKED', { kind: 'ended', message: 'The access to this bank has ended.' }],
  ['NO_ACCOUNTS', { kind: 'denied', message: NO_ACCOUNTS.reason }],
  ['NO_AUTH_ACCOUNTS', { kind: 'denied', message: NO_ACCOUNTS.reason }],
  ['ACCESS_NOT_GRANTED', { kind: 'denied', message: NO_ACCOUNTS.reason }],
  ['PRODUCT_NOT_READY', { kind: 'unavailable', message: 'The bank has not given the accounts yet.' }],
  ['INSTITUTION_NO_LONGER_SUPPORTED', { kind: 'refused', message: 'The bank cannot be connected any more.' }],
])

/** The pause after a 429: Plaid names none, and counts by the minute. */
const RATE_PAUSE_MS = 60_000

/** Maps Plaid's errors by code, then by type; the rest falls to the HTTP status. */
export const readRefusal: ReadRefusal = ({ body }) => {
  const { data } = named.safeParse(body)
  if (!data) return null
  const known = CODES.get(data.error_code)
  if (known) return known
  if (data.error_type === 'RATE_LIMIT_EXCEEDED') {
    return { kind: 'rate_limited', message: 'Plaid asks us to slow down.', waitMs: RATE_PAUSE_MS }
  }
  if (data.error_type === 'INSTITUTION_ERROR') return { kind: 'unavailable', message: 'The bank is not answering.' }
  return null
}

/** Returns true for an error that reading once more may cure. */
export const mayPass = (body: unknown): boolean =>
  ['INSTITUTION_ERROR', 'API_ERROR'].includes(named.safeParse(body).data?.error_type ?? '')
