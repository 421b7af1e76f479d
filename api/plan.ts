import { readPractice } from '../db/practices.ts'
import { isInPlan, notInPlan, type Planned } from '../domain/practice/plans.ts'
import { listed } from '../domain/practice/rightWords.ts'
import type { Dependencies } from './dependencies.ts'
import type { Caller } from './endpoint.ts'
import { readPracticeAdmins } from './noRight.ts'
import { Problem } from './problem.ts'

/** Throws a problem for a feature outside the practice's plan; it names the people who can change the plan. */
export async function demandPlan(deps: Dependencies, { practiceId }: Caller, what: Planned): Promise<void> {
  const { plan } = await deps.db.inPractice(practiceId, readPractice)
  if (isInPlan(plan, what)) return
  const admins = await readPracticeAdmins(deps, practiceId)
  const names = listed(admins.map(({ name }) => name)) || "Your practice's admin"
  throw new Problem(403, 'not_in_plan', notInPlan(what, names), { members: { admins } })
}
