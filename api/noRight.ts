import { readColleagues } from '../db/people/members.ts'
import { needsRight } from '../domain/practice/rightWords.ts'
import { canGive, type Right } from '../domain/rights.ts'
import type { Dependencies } from './dependencies.ts'
import { Problem } from './problem.ts'

/** Returns the problem of a missing right, with the people of the practice who can give it. */
export async function noRight({ db }: Dependencies, practiceId: string, right: Right): Promise<Problem> {
  const colleagues = await db.inPractice(practiceId, readColleagues)
  const admins = colleagues.filter(({ role }) => canGive(role, right)).map(({ name }) => ({ name }))
  const detail = needsRight(
    right,
    admins.map(({ name }) => name),
  )
  return new Problem(403, 'no_right', detail, { members: { right, admins } })
}

/** Returns the names of the Practice Admins. */
export async function readPracticeAdmins({ db }: Dependencies, practiceId: string): Promise<{ name: string }[]> {
  const colleagues = await db.inPractice(practiceId, readColleagues)
  return colleagues.filter(({ role }) => role === 'practice_admin').map(({ name }) => ({ name }))
}

/** Returns the problem of a signed-in person who works in no practice, or not in the named one. */
export const noPractice = () =>
  new Problem(403, 'no_practice', "You don't work in a practice here. Ask one of its admins to add you.")

/** Returns the problem of an account that is no accounting practice: Embark's features are not for it. */
export const practiceOnly = () =>
  new Problem(403, 'practice_only', 'This is for accounting practices. Write to us to change your account.')
