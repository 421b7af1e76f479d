import { readColleagues } from '../db/people/members.ts'
import { needsRight } from '../domain/practice/rightWords.ts'
import { canGive, type Right } from '../domain/rights.ts'
import type { Dependencies } from './dependencies.ts'
import { Problem } from './problem.ts'

/** The caller lacks the right: says so, and who in the practice can give it. */
export async function noRight({ db }: Dependencies, practiceId: string, right: Right): Promise<Problem> {
  const colleagues = await db.inPractice(practiceId, readColleagues)
  const admins = colleagues.filter(({ role }) => canGive(role, right)).map(({ name }) => ({ name }))
  const detail = needsRight(
    right,
    admins.map(({ name }) => name),
  )
  return new Problem(403, 'no_right', detail, { members: { right, admins } })
}

/** The names of those who alone give and take the role Practice Admin. */
export async function readPracticeAdmins({ db }: Dependencies, practiceId: string): Promise<{ name: string }[]> {
  const colleagues = await db.inPractice(practiceId, readColleagues)
  return colleagues.filter(({ role }) => role === 'practice_admin').map(({ name }) => ({ name }))
}

/** Somebody signed in who works in no practice, or in none that was named. */
export const noPractice = () =>
  new Problem(403, 'no_practice', "You don't work in a practice here. Ask one of its admins to add you.")

/** The account is no accounting practice: what Embark does is not for it. */
export const practiceOnly = () =>
  new Problem(403, 'practice_only', 'This is for accounting practices. Write to us to change your account.')
