import type { MemberRole, Role } from '../rights.ts'

/** The reason to refuse a change of the team. `admins_only`: only a Practice Admin gives or takes that role. */
export type TeamRefusal = { result: 'last_admin' } | { result: 'admins_only' }

/** Returns the refusal if the role `by` may not give `member` the role `next` (null removes them); else null. */
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
