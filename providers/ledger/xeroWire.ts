import { z } from 'zod'
import { ProviderFailure, signInOver } from '../failure.ts'
import type { ReadRefusal } from '../rest.ts'
import type { LedgerAccount, ReachedOrganisation } from './ledger.ts'

/** The provider's name in records and for people. */
export const xero = { name: 'xero', label: 'Xero' }

/** The connections that a sign-in reaches. */
export const connectionsSchema = z.array(
  z.object({
    id: z.string().min(1),
    authEventId: z.string().nullish(),
    tenantId: z.string().min(1),
    tenantType: z.string(),
    tenantName: z.string().nullish(),
    createdDateUtc: z.string().nullish(),
    updatedDateUtc: z.string().nullish(),
  }),
)

/** Returns the organisations among the connections; a practice, for example, is no ledger. */
export function reachedOf(
  connections: z.infer<typeof connectionsSchema>,
  authEventId: string | null,
): ReachedOrganisation[] {
  return connections
    .filter(({ tenantType }) => tenantType === 'ORGANISATION')
    .map((connection) => ({
      connectionId: connection.id,
      tenantId: connection.tenantId,
      name: connection.tenantName ?? '',
      signIn:
        authEventId === null || !connection.authEventId
          ? 'unknown'
          : connection.authEventId === authEventId
            ? 'this'
            : 'another',
      firstConnectedAt: utcOf(connection.createdDateUtc),
      lastConnectedAt: utcOf(connection.updatedDateUtc),
    }))
}

/** Parses a date of Xero, which writes UTC without a zone. */
function utcOf(text: string | null | undefined): Date | null {
  if (!text) return null
  const at = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(at.getTime()) ? null : at
}

export const organisationSchema = z.object({
  Organisations: z
    .tuple([z.object({ Name: z.string().min(1), RegistrationNumber: z.string().nullish() })])
    .rest(z.unknown()),
})

/** A chart of accounts, or the requested part of it. */
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

/** Returns the active bank accounts; filters again because an answer may hold others. */
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

const id = z.string().min(1).nullish()
const claimsSchema = z.object({ authentication_event_id: id, xero_userid: id })

/**
 * Returns the ids of the authorisation and the user that an access token came from, each null if it is missing. Does
 * not verify the signature: the token came straight from Xero's token endpoint.
 */
export function claimsOf(accessToken: string): { authEventId: string | null; subject: string | null } {
  try {
    const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8')
    const claims = claimsSchema.parse(JSON.parse(payload))
    return { authEventId: claims.authentication_event_id ?? null, subject: claims.xero_userid ?? null }
  } catch {
    return { authEventId: null, subject: null }
  }
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Returns the failure for a connected organisation that Xero refuses us. */
export const refusesUs = (): ProviderFailure =>
  new ProviderFailure(
    xero.name,
    'misconfigured',
    'Xero refuses Embark this organisation although it is connected. Embark’s operator has to look at it.',
  )

/** Maps Xero's refusals. A 403 counts as disconnected until the list of connections says otherwise. */
export const readRefusal: ReadRefusal = ({ status, headers }) => {
  if (status === 401 && /insufficient_scope/.test(headers.get('www-authenticate') ?? '')) {
    return { kind: 'permission', message: 'This Xero sign-in may not read the settings we need.' }
  }
  if (status === 401) return { kind: 'stale_token', message: signInOver(xero.label) }
  if (status === 403) return { kind: 'ended', message: 'This organisation was disconnected in Xero; connect it again.' }
  if (status === 429 && headers.get('x-rate-limit-problem') === 'day') {
    const message = 'Xero answers no more questions about this organisation today; it goes on tomorrow.'
    return { kind: 'rate_limited', message, waitMs: DAY_MS }
  }
  return null
}
