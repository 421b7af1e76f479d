import { z } from 'zod'
import { deleteSavedView, readSavedView } from '../../../db/list/savedViews.ts'
import { demandRight, endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { idText } from '../texts.ts'
import { personOf } from './schema.ts'

export const deleteView = endpoint({
  method: 'delete',
  path: '/views/{id}',
  right: 'work_clients',
  about: 'self',
  summary: 'Forget a list’s name',
  description: 'One’s own, or with the right `assign_clients` everyone’s.',
  params: z.object({ id: z.uuid() }),
  answer: { status: 200, description: 'Forgotten.', schema: z.object({ id: idText }) },
  handle: async (deps, { caller, params }) => {
    const { practiceId } = caller
    const view = await deps.db.inPractice(practiceId, (tx) => readSavedView(tx, params.id, personOf(caller)))
    if (!view) throw notFound()
    if (view.everyone && deps.checksRights !== false) await demandRight(deps, caller, 'assign_clients')
    await deps.db.inPractice(practiceId, (tx) => deleteSavedView(tx, view.id))
    return { body: { id: view.id } }
  },
})
