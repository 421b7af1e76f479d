import type { Software } from '../../domain/connections/ledgers.ts'
import type { Person } from '../../domain/fields/person.ts'
import type { SetupGuide } from '../../domain/fields/setupGuide.ts'
import type { Channel } from '../../domain/situation.ts'
import { first, type Tx } from '../client.ts'
import type { AuthSession } from '../connections/sessions.ts'
import { connectionsShown, type PageConnection } from '../connections/shown.ts'
import { personOf } from '../onboardings/person.ts'

/** The practice as its clients see it. */
export type PagePractice = {
  name: string
  timeZone: string
  brandColour: string | null
  logoId: string | null
  phone: string | null
  postalAddress: string | null
  replyTo: string | null
  privacyContact: string | null
  reasonBank: string | null
  reasonBooks: string | null
}

/** The link that a client came with. `phone`: the number it was texted to. */
export type PageLink = {
  id: string
  generation: number
  channel: Channel
  purpose: 'accept' | 'continue'
  endedAt: number | null
  phone: string | null
  textsStopped: boolean
  /** The recipient of its invitation. */
  email: string | null
  number: string | null
  /** True if the address belongs to somebody at another client. */
  known: boolean
  /** True if its recipient was removed from the client users after it was made. */
  removed: boolean
  /** The creation of the next generation; null for the present one. */
  replacedAt: number | null
  /** True if its recipient is signed in here: then it does not end with the time after completion. */
  isSignedIn?: boolean
}

/** The session that a page reports: the one that waits for a confirmation, else the newest. */
export type PageSession = Pick<
  AuthSession,
  | 'id'
  | 'provider'
  | 'institution'
  | 'institutionName'
  | 'status'
  | 'statusAt'
  | 'expiresAt'
  | 'failure'
  | 'failureReason'
  | 'cameBack'
> & {
  /** True if the requesting browser started it. */
  isSameBrowser: boolean
  /** The instant of leaving for the provider; null if nobody has left. */
  leftAt: number | null
  /** True if a second signatory has to approve at the bank. */
  isWithSignatory: boolean
}

/** The content of a client's page besides the facts. */
export type ClientContext = {
  practice: PagePractice
  setupGuide: SetupGuide | null
  organisationId: string
  organisation: string
  /** Set for a self-employed client. */
  person: Person | null
  software: Software
  /** True if the practice takes payments for this client. */
  payments: boolean
  link: PageLink
  /** The inviter's name in the present generation; then whether mail and texts can reach the recipient. */
  inviterName: string | null
  hasEmail: boolean
  hasPhone: boolean
  declineReason: string | null
  declineNote: string | null
  bankSession: PageSession | null
  booksSession: PageSession | null
  connections: PageConnection[]
}

/** Reads the context in one query; null if the link is gone. `browserSha256`: hash of the browser's secret. */
export async function readClientContext(
  tx: Tx,
  linkId: string,
  browserSha256: Buffer | null,
): Promise<ClientContext | null> {
  const session = (step: 'bank' | 'books') => tx`
    (SELECT json_build_object('id', s.id, 'provider', s.provider, 'institution', s.institution, 'institutionName', s.institution_name,
        'status', s.status, 'statusAt', epoch_ms(s.status_at), 'expiresAt', epoch_ms(s.expires_at), 'failure', s.failure,
        'failureReason', s.failure_reason, 'cameBack', s.came_back, 'isWithSignatory', s.is_with_signatory,
        'isSameBrowser', coalesce(s.browser_sha256 = ${browserSha256}, false),
        'leftAt', CASE WHEN s.external_id IS NOT NULL THEN epoch_ms(s.created_at) END)
      FROM auth_session s WHERE s.onboarding_id = o.id AND s.step = ${step} AND s.opened_by = 'client' AND s.renews IS NULL
      ORDER BY coalesce(s.status = 'pending' AND s.came_back IN ('elsewhere', 'nobody'), false) DESC,
        s.created_at DESC, s.id DESC LIMIT 1)`
  return first(tx<ClientContext[]>`
    SELECT
      json_build_object('name', p.name, 'timeZone', p.time_zone, 'brandColour', p.brand_colour, 'logoId', p.logo_id,
        'phone', p.phone, 'postalAddress', p.postal_address, 'replyTo', p.reply_to, 'privacyContact', p.privacy_contact,
        'reasonBank', p.reason_bank, 'reasonBooks', p.reason_books) AS practice,
      p.setup_guide AS "setupGuide", g.id AS "organisationId", g.name AS organisation, ${personOf(tx)} AS person, g.software,
      'payments' = ANY (g.solutions) AS payments,
      json_build_object('id', l.id, 'generation', i.generation, 'channel', l.channel, 'purpose', l.purpose,
        'endedAt', epoch_ms(l.ended_at), 'phone', CASE WHEN l.channel = 'sms' THEN i.phone END,
        'textsStopped', EXISTS (SELECT FROM text_opt_out t WHERE t.phone = i.phone),
        'email', i.email, 'number', i.phone, 'known', i.email IS NOT NULL AND address_in_use(i.email, o.organisation_id),
        'removed', EXISTS (SELECT FROM organisation_member m WHERE m.organisation_id = o.organisation_id
          AND m.address = lower(coalesce(i.email, i.phone)) AND m.removed_at > l.created_at),
        'replacedAt', (SELECT epoch_ms(n.created_at) FROM invitation n
          WHERE n.onboarding_id = o.id AND n.generation = i.generation + 1)) AS link,
      c.inviter_name AS "inviterName", c.email IS NOT NULL AS "hasEmail", c.phone IS NOT NULL AS "hasPhone",
      o.decline_reason AS "declineReason", o.decline_note AS "declineNote",
      ${session('bank')} AS "bankSession", ${session('books')} AS "booksSession",
      ${connectionsShown(tx, tx`x.onboarding_id = o.id`)} AS connections
    FROM link l
      JOIN invitation i ON i.id = l.invitation_id
      JOIN onboarding o ON o.id = l.onboarding_id
      JOIN invitation c ON c.onboarding_id = o.id AND c.generation = o.generation
      JOIN organisation g ON g.id = o.organisation_id
      JOIN practice p ON p.id = o.practice_id
    WHERE l.id = ${linkId}`)
}
