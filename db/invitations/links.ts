import type { LinkFact } from '../../domain/commands.ts'
import type { Channel } from '../../domain/situation.ts'
import { first, type Tx } from '../client.ts'

/** A stored link. The token is derived from id and key. */
export type Link = { id: string; keyId: string }

/** The practice, onboarding and invitation of a link, its channel, and the page that it leads to. */
export type LinkOf = {
  practiceId: string
  onboardingId: string
  invitationId: string
  channel: Channel
  purpose: 'accept' | 'continue'
}

/** Returns the live link of an invitation for a channel and purpose, or null. */
export const findLiveLink = (tx: Tx, { invitationId, channel, purpose }: LinkOf) =>
  first(tx<Link[]>`
    SELECT id, key_id AS "keyId" FROM link
    WHERE invitation_id = ${invitationId} AND channel = ${channel} AND purpose = ${purpose} AND ended_at IS NULL`)

/** Returns the newest link of an invitation's channel, live or not; null if there is none. */
export const findLastLink = (tx: Tx, invitationId: string, channel: Channel): Promise<Link | null> =>
  first(tx<Link[]>`
    SELECT id, key_id AS "keyId" FROM link WHERE invitation_id = ${invitationId} AND channel = ${channel}
    ORDER BY created_at DESC LIMIT 1`)

/** Returns a link by its id, live or not; null if there is none. */
export const findLink = (tx: Tx, linkId: string): Promise<Link | null> =>
  first(tx<Link[]>`SELECT id, key_id AS "keyId" FROM link WHERE id = ${linkId}`)

export async function insertLink(tx: Tx, link: LinkOf & Link & { tokenSha256: Buffer; now: number }): Promise<void> {
  await tx`
    INSERT INTO link (id, practice_id, onboarding_id, invitation_id, channel, purpose, key_id, token_sha256, created_at)
    VALUES (${link.id}, ${link.practiceId}, ${link.onboardingId}, ${link.invitationId}, ${link.channel},
      ${link.purpose}, ${link.keyId}, ${link.tokenSha256}, ${new Date(link.now)})`
}

/** Returns the link as `decide` needs it; null for an unknown one. */
export const readLink = (tx: Tx, linkId: string): Promise<LinkFact | null> =>
  first(tx<LinkFact[]>`
    SELECT l.id, i.generation, l.channel, l.purpose, l.ended_at IS NULL AS live
    FROM link l JOIN invitation i ON i.id = l.invitation_id WHERE l.id = ${linkId}`)

/** Counts a view of the page. Scanners count too, so it is only an observation. */
export async function noteView(tx: Tx, practiceId: string, linkId: string): Promise<void> {
  await tx`INSERT INTO link_view (link_id, practice_id) VALUES (${linkId}, ${practiceId})
    ON CONFLICT (link_id) DO UPDATE SET views = link_view.views + 1`
}
