import type { Used } from '../../domain/connections/ledgers.ts'
import type { Actor } from '../../domain/events.ts'
import type { Person } from '../../domain/fields/person.ts'
import type { UserRole } from '../../domain/practice/users.ts'
import { type Database, first, type Tx } from '../client.ts'
import { connectedBy, connectionsShown, type PageConnection } from '../connections/shown.ts'
import type { PagePractice } from '../invitations/clientPage.ts'
import { personOf } from '../onboardings/person.ts'

/** A client user who is signed in. */
export type SignedInPerson = { personId: string; address: string }

/** Stores a login link. Returns false for an address without an organisation, which the page does not reveal. */
export async function askLoginLink(
  { sql }: Database,
  address: string,
  tokenSha256: Buffer,
  forLinkId: string | null,
  validForMs: number,
): Promise<boolean> {
  const [row] = await sql<{ known: boolean }[]>`
    SELECT portal_ask_login_link(${address}, ${tokenSha256}, ${forLinkId}, ${validForMs} * interval '1 millisecond') AS known`
  return row?.known ?? false
}

/** Returns the address that an unused link signs in; null for a link that is used, ended or unknown. */
export async function findLoginLink({ sql }: Database, tokenSha256: Buffer): Promise<string | null> {
  const [row] = await sql<{ address: string }[]>`SELECT address FROM portal_find_login_link(${tokenSha256})`
  return row?.address ?? null
}

/** Uses up a login link and opens a login session. Returns the invitation link to go on with, if any. */
export async function useLoginLink({ sql }: Database, tokenSha256: Buffer, sessionSha256: Buffer, livesMs: number) {
  const [row] = await sql<{ personId: string; linkId: string | null; keyId: string | null }[]>`
    SELECT person_id AS "personId", link_id AS "linkId", key_id AS "keyId"
    FROM portal_use_login_link(${tokenSha256}, ${sessionSha256}, ${livesMs} * interval '1 millisecond')`
  if (!row) return null
  const { personId, linkId, keyId } = row
  return { personId, link: linkId !== null && keyId !== null ? { id: linkId, keyId } : null }
}

export const readPortalSession = ({ sql }: Database, sessionSha256: Buffer): Promise<SignedInPerson | null> =>
  first(sql<SignedInPerson[]>`
    SELECT person_id AS "personId", address FROM portal_session(${sessionSha256})`)

export async function endPortalSession({ sql }: Database, sessionSha256: Buffer): Promise<void> {
  await sql`SELECT portal_sign_out(${sessionSha256})`
}

/**
 * One of a person's organisations in any practice. `business` is equal for organisations that are one business with
 * several practices.
 */
export type Home = { practiceId: string; organisationId: string; role: UserRole; business: string }

export async function readHomes({ sql }: Database, personId: string): Promise<Home[]> {
  return sql<Home[]>`
    SELECT practice_id AS "practiceId", organisation_id AS "organisationId", role, business FROM portal_organisations(${personId})`
}

/** An organisation that a person already belongs to, by name. Shown only to that person. */
export type Place = { id: string; name: string; practice: string }

/** Returns all of them except the given one. */
export async function readPlaces({ sql }: Database, address: string, exceptOrganisationId: string): Promise<Place[]> {
  return sql<Place[]>`
    SELECT organisation_id AS id, name, practice FROM portal_places(${address}, ${exceptOrganisationId})`
}

/** Records that two of a person's organisations are one business, so that their pages show it once. */
export async function tieBusiness(tx: Tx, personId: string, organisationId: string, sameAs: string): Promise<void> {
  await tx`SELECT portal_tie(${personId}, ${organisationId}, ${sameAs})`
}

/** The data that an organisation shares with its practice. */
export type HomeContext = Used & {
  practice: PagePractice
  organisation: string
  person: Person | null
  connections: (PageConnection & { onboardingId: string })[]
  /** The last accepted onboarding: its open steps that the client can connect, and the address it was sent to. */
  open: { onboardingId: string; invitationId: string; address: string; bank: boolean; books: boolean } | null
  /** True if a bank is connected, so that banks can be added; and if the client has not said that these are all. */
  addsBanks: boolean
  asksIfAll: boolean
}

/** Returns the context, read as the practice; null if the organisation is gone. */
export async function readHomeContext(tx: Tx, organisationId: string): Promise<HomeContext | null> {
  const isOpen = (kind: 'bank' | 'books') => tx`EXISTS (SELECT FROM onboarding_step s WHERE s.onboarding_id = o.id
    AND s.kind = ${kind} AND s.done_at IS NULL AND s.skipped_at IS NULL AND s.way <> 'by_hand'
    AND s.phase IS DISTINCT FROM 'more_banks')`
  const isBooksOpen = tx`p.clients_connect_books AND ${isOpen('books')}`
  return first(tx<HomeContext[]>`
    SELECT
      json_build_object('name', p.name, 'timeZone', p.time_zone, 'brandColour', p.brand_colour, 'logoId', p.logo_id,
        'reasonBank', p.reason_bank, 'reasonBooks', p.reason_books) AS practice,
      g.name AS organisation, g.software, g.software_name AS "softwareName",
      ${personOf(tx)} AS person, ${connectionsShown(tx, tx`x.organisation_id = g.id`)} AS connections,
      (SELECT json_build_object('onboardingId', o.id, 'invitationId', i.id, 'address', lower(coalesce(i.email, i.phone)),
          'bank', ${isOpen('bank')}, 'books', ${isBooksOpen})
        FROM onboarding o JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation
        WHERE o.id = last.id) AS open, coalesce(last.adds_banks, false) AS "addsBanks",
      coalesce(last.asks_if_all, false) AS "asksIfAll"
    FROM organisation g JOIN practice p ON p.id = g.practice_id LEFT JOIN LATERAL (
      SELECT o.id, s.phase = 'more_banks' AS asks_if_all, s.done_at IS NOT NULL OR s.phase = 'more_banks' AS adds_banks
      FROM onboarding o JOIN onboarding_step s ON s.onboarding_id = o.id AND s.kind = 'bank'
      WHERE o.organisation_id = g.id AND o.status IN ('accepted', 'completed')
      ORDER BY o.created_at DESC LIMIT 1) last ON true
    WHERE g.id = ${organisationId}`)
}

/** The accounting software of an organisation. `allowed`: clients may connect it; `connected`: null while it is not. */
export type Integrations = {
  allowed: boolean
  connected: {
    id: string
    provider: string
    /** True if it cannot be read any more. */
    isLost: boolean
    organisation: string | null
    at: number
    by: { type: Actor['type']; name: string | null } | null
  } | null
}

/** Returns it, read as the practice. */
export async function readIntegrations(tx: Tx, organisationId: string): Promise<Integrations> {
  const [row] = await tx<Integrations[]>`
    SELECT p.clients_connect_books AS allowed,
      (SELECT json_build_object('id', c.id, 'provider', c.provider, 'isLost', c.state = 'lost', 'organisation', c.tenant_name,
          'at', epoch_ms(c.consent_given_at), 'by', ${connectedBy(tx)})
        FROM connection c JOIN onboarding o ON o.id = c.onboarding_id
        WHERE c.organisation_id = ${organisationId} AND c.kind = 'books' AND c.state IN ('connected', 'lost')
        ORDER BY c.created_at DESC LIMIT 1) AS connected
    FROM practice p`
  return row ?? { allowed: false, connected: null }
}
