import { insertAudit } from '../../../db/people/audit.ts'
import { deleteSignOn } from '../../../db/people/signOn.ts'
import { endpoint } from '../../endpoint.ts'
import { resourceOf, signOnSchema } from './schema.ts'

export const deleteSignOnEndpoint = endpoint({
  method: 'delete',
  path: '/sign-on',
  scope: 'write',
  right: 'manage_settings',
  tag: 'Settings',
  summary: 'End single sign-on',
  description: 'People sign in by password again.',
  answer: { status: 200, description: 'There is none.', schema: signOnSchema },
  handle: async (deps, { caller }) => {
    await deps.db.inPractice(caller.practiceId, async (tx) => {
      if (!(await deleteSignOn(tx))) return
      await insertAudit(tx, caller, { kind: 'settings_changed', subjectId: null, data: { fields: ['signOn'] } })
    })
    return { body: resourceOf(deps, caller, null) }
  },
})
