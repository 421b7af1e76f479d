import { z } from 'zod'
import type { ReadRefusal } from '../rest.ts'
import type { Bank, BankAccount } from './bank.ts'

/** The provider's name in records and for people. */
export const truelayer = { name: 'truelayer', label: 'TrueLayer' }

/** The answer to opening a session. */
export const createdSchema = z.object({ id: z.string().min(1), hosted_page: z.object({ uri: z.string() }) })

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
const cardSchema = z.object({ id: z.string().min(1), type: z.literal('card') })

/** One page of connected accounts and cards; cards have only an id. */
export const accountsPageSchema = z.object({
  items: z.array(z.union([cardSchema, accountSchema])),
  pagination: z.object({ next_cursor: z.string().nullish() }).nullish(),
})
type Item = z.infer<typeof accountsPageSchema>['items'][number]

/** Returns true for an account, false for a card. */
export const isAccount = (item: Item): item is z.infer<typeof accountSchema> => item.type !== 'card'

const homeCountries = new Set(['gb', 'uk'])

/** Returns the banks of the United Kingdom that share accounts, by name. Keeps entries without country or scopes. */
export function banksOf(catalogue: z.infer<typeof catalogueSchema>): Bank[] {
  return catalogue
    .filter(({ country }) => !country || homeCountries.has(country.toLowerCase()))
    .filter(({ scopes }) => !scopes || scopes.includes('accounts'))
    .map(({ provider_id: id, display_name: name, logo_url: logoUrl }) => ({ id, name, ...(logoUrl && { logoUrl }) }))
    .sort((one, other) => one.name.localeCompare(other.name, 'en-GB'))
}

/** Maps one account to ours. The provider gives accounts no name, so kind and segment make one. */
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

const problemSchema = z
  .object({
    type: z.string().optional(),
    title: z.string().optional(),
    errors: z.record(z.string(), z.unknown()).optional().catch(undefined),
  })
  .catch({})

/** Returns a problem's code: the fragment of its type, else its title; normalises `_` and blanks to `-`. */
function codeOf({ type, title }: z.infer<typeof problemSchema>): string {
  return (type?.split('#')[1] || title || '').toLowerCase().replace(/[\s_]+/g, '-')
}

const FIELDS: Record<string, string> = {
  'user.name': 'name',
  'user.email': 'email address',
  'user.phone': 'phone number',
  'provider_selection.provider_id': 'bank',
}

/** Returns the message for refused details. Lists fields by name only, because TrueLayer's text may repeat values. */
function detailsRefused(errors: Record<string, unknown> = {}): string {
  const named = Object.keys(errors).map((field) => FIELDS[field.replace(/\[\d+\].*$/, '')] ?? 'details of the request')
  const which = [...new Set(named)].join(', ')
  return which ? `TrueLayer refused the details: ${which}.` : 'TrueLayer refused the details.'
}

/**
 * Maps TrueLayer's problems. A fresh app token may cure a 401 (`misconfigured`) and a 403 (`permission`). A 404 is a
 * wrong id, a bug of ours: it never ends a connection.
 */
export const readRefusal: ReadRefusal = ({ status, body }) => {
  const problem = problemSchema.parse(body)
  const code = codeOf(problem)
  if (status === 401) return { kind: 'misconfigured', message: 'TrueLayer does not accept our credentials.' }
  if (status === 403) return { kind: 'permission', message: 'TrueLayer does not give access to this bank.' }
  if (status === 404) return { kind: 'refused', message: 'TrueLayer does not know this connection.' }
  if (code === 'invalid-state') return { kind: 'ended', message: 'TrueLayer has no access to this bank.' }
  if (code === 'invalid-parameters') return { kind: 'refused', message: detailsRefused(problem.errors) }
  if (code === 'feature-not-supported') return { kind: 'refused', message: 'This bank does not offer that.' }
  if (code === 'provider-error' || code === 'gateway-timeout') {
    return { kind: 'unavailable', message: 'The bank is not answering.' }
  }
  return null
}
