import type { UserRole } from '../../domain/practice/users.ts'
import type { Database, Tx } from '../client.ts'
import type { PageConnection, PagePractice } from '../invitations/clientPage.ts'

/** Somebody of a client, signed in. */
export type SignedInPerson = { personId: string; address: string }

/** Keeps a link to sign in with; false for an address that has nowhere to go, which nobody else is told. */
export async function askSignIn(
  { sql }: Database,
  address: string,
  tokenSha256: Buffer,
  forLinkId: string | null,
  validForMs: number,
): Promise<boolean> {
  const [row] = await sql<{ known: boolean }[]>`
    SELECT portal_ask_sign_in(${address}, ${tokenSha256}, ${forLinkId}, ${validForMs} * interval '1 millisecond') AS known`
  return row?.known ?? false
}

/** The address that an unused link signs in; null for one that is used or over, or was never given out. */
export async function lookSignIn({ sql }: Database, tokenSha256: Buffer): Promise<string | null> {
  const [row] = await sql<{ address: string }[]>`SELECT address FROM portal_look_sign_in(${tokenSha256})`
  return row?.address ?? null
}

/** Uses a link up, once, and opens a session; answers the invitation to go on with, if it was asked for on one. */
export async function useSignIn({ sql }: Database, tokenSha256: Buffer, sessionSha256: Buffer, livesMs: number) {
  const [row] = await sql<{ personId: string; linkId: string | null; keyId: string | null }[]>`
    SELECT person_id AS "personId", link_id AS "linkId", key_id AS "keyId"
    FROM portal_sign_in(${tokenSha256}, ${sessionSha256}, ${livesMs} * interval '1 millisecond')`
  if (!row) return null
  const { personId, linkId, keyId } = row
  return { personId, link: linkId !== null && keyId !== null ? { id: linkId, keyId } : null }
}

export async function readPortalSession({ sql }: Database, sessionSha256: Buffer): Promise<SignedInPerson | null> {
  const [row] = await sql<SignedInPerson[]>`
    SELECT person_id AS "personId", address FROM portal_session(${sessionSha256})`
  return row ?? null
}

export async function endPortalSession({ sql }: Database, sessionSha256: Buffer): Promise<void> {
  await sql`SELECT portal_sign_out(${sessionSha256})`
}

/**
 * One of a person's organisations, of whichever practice. `business` is the same for those that are one business, kept
 * with several practices.
 */
export type Home = { practiceId: string; organisationId: string; role: UserRole; business: string }

export async function readHomes({ sql }: Database, personId: string): Promise<Home[]> {
  return sql<Home[]>`
    SELECT practice_id AS "practiceId", organisation_id AS "organisationId", role, business FROM portal_organisations(${personId})`
}

/** Where somebody is at home already, by name. For their own eyes alone. */
export type Place = { id: string; name: string; practice: string }

/** All of them but the given one. */
export async function readPlaces({ sql }: Database, address: string, exceptOrganisationId: string): Promise<Place[]> {
  return sql<Place[]>`
    SELECT organisation_id AS id, name, practice FROM portal_places(${address}, ${exceptOrganisationId})`
}

/** Notes that two of a person's organisations are one business: their pages show it once. */
export async function tieBusiness(tx: Tx, personId: string, organisationId: string, sameAs: string): Promise<void> {
  await tx`SELECT portal_tie(${personId}, ${organisationId}, ${sameAs})`
}

/** What an organisation shares with its practice. */
export type HomeContext = {
  practice: PagePractice
  organisation: string
  connections: (PageConnection & { onboardingId: string })[]
}

/** Read as the practice; null when the organisation is gone. */
export async function readHomeContext(tx: Tx, organisationId: string): Promise<HomeContext | null> {
  const [row] = await tx<HomeContext[]>`
    SELECT
      json_build_object('name', p.name, 'timeZone', p.time_zone, 'brandColour', p.brand_colour, 'logoId', p.logo_id,
        'reasonBank', p.reason_bank, 'reasonBooks', p.reason_books) AS practice,
      g.name AS organisation,
      coalesce((SELECT json_agg(json_build_object('id', x.id, 'onboardingId', x.onboarding_id, 'kind', x.kind,
          'name', coalesce(x.institution_name, x.provider), 'state', x.state, 'accessUntil', epoch_ms(x.access_until),
          'endedAt', epoch_ms(x.ended_at),
          'accounts', coalesce((SELECT json_agg(json_build_object('name', a.name,
              'last4', right(coalesce(a.account_number, a.iban, ''), 4)) ORDER BY a.name, a.id)
            FROM connection_account a WHERE a.connection_id = x.id), '[]')) ORDER BY x.created_at DESC)
        FROM connection x WHERE x.organisation_id = g.id AND x.state <> 'replaced'), '[]') AS connections
    FROM organisation g JOIN practice p ON p.id = g.practice_id WHERE g.id = ${organisationId}`
  return row ?? null
}
