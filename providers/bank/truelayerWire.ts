import { z } from 'zod'
import type { ReadRefusal } from '../rest.ts'
import type { Bank, BankAccount, BankSessionStatus } from './bank.ts'

/** The provider as records and people name it. */
export const truelayer = { name: 'truelayer', label: 'TrueLayer' }

const providerSchema = z.object({ provider_id: z.string(), display_name: z.string().nullish() })

/** The answer to opening a session. */
export const createdSchema = z.object({ id: z.string().min(1), hosted_page: z.object({ uri: z.string() }) })

/** A session as the provider tells it. The two reasons are not documented: they help when they are there. */
export const connectionSchema = z.object({
  id: z.string(),
  status: z.string(),
  provider: providerSchema.nullish(),
  failure_reason: z.unknown().optional(),
  pending_reason: z.unknown().optional(),
})

/** The provider catalogue. */
export const catalogueSchema = z.array(
  z.object({
    provider_id: z.string().min(1),
    display_name: z.string().min(1),
    country: z.string().nullish(),
    logo_url: z.string().nullish(),
    scopes: z.array(z.string()).nullish(),
  }),
)

const identifierSchema = z.object({
  type: z.string(),
  sort_code: z.string().nullish(),
  account_number: z.string().nullish(),
  iban: z.string().nullish(),
})

const accountSchema = z.object({
  id: z.string().min(1),
  type: z.string().nullish(),
  account_type: z.string().nullish(),
  customer_segment: z.string().nullish(),
  currency: z.string(),
  account_identifiers: z.array(identifierSchema).nullish(),
  account_holder_names: z.array(z.string()).nullish(),
})

/** One page of the accounts of a session. */
export const accountsPageSchema = z.object({
  items: z.array(accountSchema),
  pagination: z.object({ next_cursor: z.string().nullish() }).nullish(),
})

const homeCountries = new Set(['gb', 'uk'])

/** The banks of the United Kingdom that tell accounts, by name; an entry without country or scopes is kept. */
export function banksOf(catalogue: z.infer<typeof catalogueSchema>): Bank[] {
  return catalogue
    .filter(({ country }) => !country || homeCountries.has(country.toLowerCase()))
    .filter(({ scopes }) => !scopes || scopes.includes('accounts'))
    .map(({ provider_id: id, display_name: name, logo_url: logoUrl }) => ({ id, name, ...(logoUrl && { logoUrl }) }))
    .sort((one, other) => one.name.localeCompare(other.name, 'en-GB'))
}

/** Where a session stands. A status we do not know counts as still under way, so that it is asked again. */
export function sessionStatus(connection: z.infer<typeof connectionSchema>): BankSessionStatus {
  switch (connection.status) {
    case 'authorization_required':
      return { state: 'waiting' }
    case 'authorized': {
      const { provider } = connection
      const bank = provider ? { id: provider.provider_id, name: provider.display_name ?? provider.provider_id } : null
      return { state: 'authorised', bank, accessUntil: null }
    }
    case 'failed':
      return { state: 'failed', ...failureOf(connection.failure_reason) }
    default:
      return { state: connection.pending_reason === 'additional_signatory' ? 'signatory' : 'processing' }
  }
}

type BankFailure = Pick<Extract<BankSessionStatus, { state: 'failed' }>, 'family' | 'reason'>

function failureOf(reason: unknown): BankFailure {
  switch (reason) {
    case 'canceled':
      return { family: 'stopped', reason: 'The person stopped at the bank.' }
    case 'expired':
      return { family: 'stopped', reason: 'The visit to the bank was not finished in time.' }
    case 'provider_error':
      return { family: 'bank_down', reason: 'The bank had a problem of its own.' }
    case 'no_accounts':
      return { family: 'no_accounts', reason: 'The bank found no account that can be shared.' }
    default:
      return { family: 'refused', reason: 'The bank refused.' }
  }
}

/** One account in our shape. The provider gives accounts no name, so kind and segment make one. */
export function bankAccountOf(account: z.infer<typeof accountSchema>): BankAccount {
  const identifiers = account.account_identifiers ?? []
  const domestic = identifiers.find(({ type }) => type === 'sort_code_account_number')
  const holders = (account.account_holder_names ?? []).map((holder) => holder.trim()).filter(Boolean)
  return {
    externalId: account.id,
    name: accountName(account.account_type, account.customer_segment),
    holder: holders.join(', ') || null,
    currency: account.currency,
    sortCode: digits(domestic?.sort_code),
    accountNumber: digits(domestic?.account_number),
    iban:
      identifiers
        .find(({ type }) => type === 'iban')
        ?.iban?.replace(/\s/g, '')
        .toUpperCase() || null,
  }
}

function accountName(kind: string | null | undefined, segment: string | null | undefined): string {
  const noun = kind === 'current' ? 'current account' : kind === 'savings' ? 'savings account' : 'account'
  if (segment === 'business') return `Business ${noun}`
  if (segment === 'retail') return `Personal ${noun}`
  return noun === 'account' ? 'Bank account' : noun.charAt(0).toUpperCase() + noun.slice(1)
}

function digits(text: string | null | undefined): string | null {
  return text?.replace(/\D/g, '') || null
}

const problemSchema = z.object({ title: z.string().optional() }).catch({})

/** What TrueLayer's problem titles mean. A 401 says `misconfigured`, which a fresh app token may cure. */
export const readRefusal: ReadRefusal = ({ status, body }) => {
  const { title } = problemSchema.parse(body)
  if (status === 401) return { kind: 'misconfigured', message: 'TrueLayer does not accept our credentials.' }
  if (status === 403 || status === 404 || title === 'Invalid State') {
    return { kind: 'ended', message: 'TrueLayer no longer gives access to this bank; connect it again.' }
  }
  if (title === 'Feature Not Supported') return { kind: 'refused', message: 'This bank does not offer that.' }
  if (title === 'Provider Error') return { kind: 'unavailable', message: 'The bank is not answering.' }
  return null
}
