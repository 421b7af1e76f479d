import { z } from 'zod'
import type { ReadRefusal } from '../rest.ts'
import type { LedgerAccount } from './ledger.ts'

/** The provider as records and people name it. */
export const xero = { name: 'xero', label: 'Xero' }

/** What a sign-in reaches. */
export const connectionsSchema = z.array(
  z.object({
    id: z.string().min(1),
    authEventId: z.string().nullish(),
    tenantId: z.string().min(1),
    tenantType: z.string(),
    tenantName: z.string().nullish(),
  }),
)

/** The organisation behind a tenant. */
export const organisationSchema = z.object({
  Organisations: z.tuple([z.object({ Name: z.string().min(1) })]).rest(z.unknown()),
})

/** A chart of accounts, or the part of it that was asked for. */
export const accountsSchema = z.object({
  Accounts: z.array(
    z.object({
      AccountID: z.string().min(1),
      Name: z.string(),
      Type: z.string(),
      Status: z.string().nullish(),
      Code: z.string().nullish(),
      BankAccountNumber: z.string().nullish(),
      CurrencyCode: z.string().nullish(),
    }),
  ),
})

/** Its active bank accounts, whatever else the answer holds. */
export function ledgerAccountsOf({ Accounts }: z.infer<typeof accountsSchema>): LedgerAccount[] {
  return Accounts.filter((account) => account.Type === 'BANK' && (account.Status ?? 'ACTIVE') === 'ACTIVE').map(
    (account) => ({
      externalId: account.AccountID,
      name: account.Name,
      code: account.Code || null,
      number: account.BankAccountNumber || null,
      currency: account.CurrencyCode || null,
    }),
  )
}

const claimsSchema = z.object({ authentication_event_id: z.string().min(1).optional() })

/**
 * The id of the authorisation an access token came from, or null. Read without checking the signature: the token came
 * straight from Xero's token endpoint, and the id only narrows a list.
 */
export function authEventIdOf(accessToken: string): string | null {
  try {
    const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8')
    return claimsSchema.parse(JSON.parse(payload)).authentication_event_id ?? null
  } catch {
    return null
  }
}

/** What Xero's refusals mean. The caller refreshes in time, so a token that no longer holds means the sign-in ended. */
export const readRefusal: ReadRefusal = ({ status, headers }) => {
  if (status === 401 && /insufficient_scope/.test(headers.get('www-authenticate') ?? '')) {
    return { kind: 'permission', message: 'This Xero sign-in may not read the settings we need.' }
  }
  if (status === 401) return { kind: 'ended', message: 'Xero no longer accepts this sign-in; connect again.' }
  if (status === 403) return { kind: 'ended', message: 'This organisation was disconnected in Xero; connect it again.' }
  return null
}
