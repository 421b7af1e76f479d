import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/client.ts'
import { type Doer, insertAudit } from '../../db/people/audit.ts'
import { type ColleagueInvitation, endInvitationsTo, insertColleagueInvitation } from '../../db/people/invitations.ts'
import { lockTeam, readColleagues } from '../../db/people/members.ts'
import { lockNextAllowed } from '../../db/practiceLimit.ts'
import { limitedUntil } from '../../domain/practice/limits.ts'
import { DAY_MS, type Instant } from '../../domain/situation.ts'
import { type LinkKeys, sha256, tokenOf } from '../invitations/linkTokens.ts'

const VALID_FOR_MS = 7 * DAY_MS

export type Invited =
  | { result: 'invited'; invitation: ColleagueInvitation; token: string }
  | { result: 'already_member'; name: string }
  /** A new practice has used up its limit; `at` is when it may send again. */
  | { result: 'practice_limit'; at: Instant }

/** Invites a colleague, or invites again; earlier links to the address stop working. The caller mails the token. */
export async function inviteColleague(
  tx: Tx,
  keys: LinkKeys,
  doer: Doer,
  wanted: Pick<ColleagueInvitation, 'name' | 'email' | 'role' | 'addClients'>,
): Promise<Invited> {
  const { email, role, addClients } = wanted
  await lockTeam(tx)
  const member = (await readColleagues(tx)).find((one) => one.email === email)
  if (member) return { result: 'already_member', name: member.name }
  const at = limitedUntil(await lockNextAllowed(tx), ['email'])
  if (at !== null) return { result: 'practice_limit', at }
  const keyId = keys[0]?.id
  if (keyId === undefined) throw new Error('there is no link key')
  const id = randomUUID()
  const token = tokenOf(keys, { id, keyId })
  await endInvitationsTo(tx, email)
  const sealed = { id, keyId, tokenSha256: sha256(token), validForMs: VALID_FOR_MS }
  const invitation = await insertColleagueInvitation(tx, { ...wanted, ...sealed })
  await insertAudit(tx, doer, { kind: 'member_invited', subjectId: id, data: { role, addClients } })
  return { result: 'invited', invitation, token }
}
