import { first, type Tx } from '../client.ts'
import type { ClientContext, PagePractice } from '../invitations/clientPage.ts'
import type { Link } from '../invitations/links.ts'
import { personOf } from '../onboardings/person.ts'

/** The content of a connection's pages besides session and facts. `link` is the one that the client came with. */
export type SessionContext = Pick<ClientContext, 'practice' | 'organisation' | 'person' | 'payments'> & {
  link: Link | null
}

/** Returns the context of a session; null for the session of a draft, which has no organisation yet. */
export const readSessionContext = (tx: Tx, sessionId: string): Promise<SessionContext | null> =>
  first(tx<SessionContext[]>`
    SELECT
      json_build_object('name', p.name, 'timeZone', p.time_zone, 'brandColour', p.brand_colour, 'logoId', p.logo_id,
        'reasonBank', p.reason_bank, 'reasonBooks', p.reason_books) AS practice,
      g.name AS organisation, ${personOf(tx)} AS person, 'payments' = ANY (g.solutions) AS payments,
      (SELECT json_build_object('id', l.id, 'keyId', l.key_id) FROM link l WHERE l.id = s.link_id) AS link
    FROM auth_session s
      JOIN onboarding o ON o.id = s.onboarding_id
      JOIN organisation g ON g.id = o.organisation_id
      JOIN practice p ON p.id = o.practice_id
    WHERE s.id = ${sessionId}`)

/** Returns the practice of the transaction for the pages of a draft's connection. */
export const readPagePractice = (tx: Tx): Promise<PagePractice | null> =>
  first(tx<PagePractice[]>`
    SELECT name, time_zone AS "timeZone", brand_colour AS "brandColour", logo_id AS "logoId", reason_bank AS "reasonBank",
      reason_books AS "reasonBooks"
    FROM practice`)
