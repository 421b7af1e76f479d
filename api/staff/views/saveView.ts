import { insertSavedView, readSavedViews } from '../../../db/list/savedViews.ts'
import { demandRight, endpoint } from '../../endpoint.ts'
import { validationProblem } from '../../problem.ts'
import { personOf, resourceOf, viewBody, viewSchema } from './schema.ts'

/** The most saved views; more would be hard to find. */
const MOST_VIEWS = 30

export const saveView = endpoint({
  method: 'post',
  path: '/views',
  right: 'work_clients',
  about: 'self',
  summary: 'Keep a list under a name',
  description: `For the caller alone, or for everyone. At most ${MOST_VIEWS} of each.`,
  body: viewBody,
  answer: { status: 201, description: 'The view.', schema: viewSchema },
  handle: async (deps, { caller, body }) => {
    const { everyone, ...view } = body
    if (everyone && deps.checksRights !== false) await demandRight(deps, caller, 'assign_clients')
    const person = everyone ? null : personOf(caller)
    if (!everyone && person === null) {
      const message = 'An API key has no views of its own. Save it for everyone.'
      throw validationProblem([{ field: 'everyone', code: 'needs_person', message }])
    }
    const saved = await deps.db.inPractice(caller.practiceId, async (tx) => {
      const held = (await readSavedViews(tx, person)).filter((one) => one.everyone === everyone)
      return held.length < MOST_VIEWS ? insertSavedView(tx, view, person) : 'too_many'
    })
    if (saved === 'too_many') {
      const message = `There are ${MOST_VIEWS} already. Delete one first.`
      throw validationProblem([{ field: 'name', code: 'too_many', message }])
    }
    if (!saved) {
      const message = 'There is a view of this name already. Choose another.'
      throw validationProblem([{ field: 'name', code: 'name_taken', message }])
    }
    return { body: resourceOf(saved) }
  },
})
