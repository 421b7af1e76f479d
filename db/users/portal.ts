import type { Person } from '../../domain/fields/person.ts'
import type { UserRole } from '../../domain/practice/users.ts'
import type { Database, Tx } from '../client.ts'
import { connectionsShown, type PageConnection } from '../connections/shown.ts'
import type { PagePractice } from '../invitations/clientPage.ts'
import { personOf } from '../onboardings/person.ts'

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
  person: Person | null
  connections: (PageConnection & { onboardingId: string })[]
  /** The onboarding that is under way, once accepted: what is open of it, and to which address it was sent. */
  open: { onboardingId: string; invitationId: string; address: string; bank: boolean; books: boolean } | null
}

/** Read as the practice; null when the organisation is gone. */
export async function readHomeContext(tx: Tx, organisationId: string): Promise<HomeContext | null> {
  const isOpen = (kind: 'bank' | 'books') => tx`EXISTS (SELECT FROM onboarding_step s WHERE s.onboarding_id = o.id
    AND s.kind = ${kind} AND s.done_at IS NULL AND s.skipped_at IS NULL)`
  const [row] = await tx<HomeContext[]>`
    SELECT
      json_build_object('name', p.name, 'timeZone', p.time_zone, 'brandColour', p.brand_colour, 'logoId', p.logo_id,
        'reasonBank', p.reason_bank, 'reasonBooks', p.reason_books) AS practice,
      g.name AS organisation,
      ${personOf(tx)} AS person, ${connectionsShown(tx, tx`x.organisation_id = g.id`)} AS connections,
      (SELECT json_build_object('onboardingId', o.id, 'invitationId', i.id, 'address', lower(coalesce(i.email, i.phone)),
          'bank', ${isOpen('bank')}, 'books', ${isOpen('books')})
        FROM onboarding o JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation
        WHERE o.organisation_id = g.id AND o.status = 'accepted' ORDER BY o.created_at DESC LIMIT 1) AS open
    FROM organisation g JOIN practice p ON p.id = g.practice_id WHERE g.id = ${organisationId}`
  return row ?? null
}
