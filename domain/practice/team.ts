import type { MemberRole, Role } from '../rights.ts'

/** Why a change of the team is refused. `admins_only`: only a Practice Admin makes or unmakes another. */
export type TeamRefusal = { result: 'last_admin' } | { result: 'admins_only' }

/** Whether somebody of the role `by` may give `member` the role `next` (null: none any more); null when he may. */
export function refuseChange(
  team: readonly { role: MemberRole }[],
  by: Role | null,
  member: { role: MemberRole },
  next: MemberRole | null,
): TeamRefusal | null {
  const unmakes = member.role === 'practice_admin' && next !== 'practice_admin'
  const makes = member.role !== 'practice_admin' && next === 'practice_admin'
  if ((makes || unmakes) && by !== 'practice_admin') return { result: 'admins_only' }
  const admins = team.filter(({ role }) => role === 'practice_admin').length
  return unmakes && admins === 1 ? { result: 'last_admin' } : null
}
