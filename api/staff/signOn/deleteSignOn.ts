import { insertAudit } from '../../../db/people/audit.ts'
import { deleteSignOn, endSignOnSessions } from '../../../db/people/signOn.ts'
import { endpoint } from '../../endpoint.ts'
import { demandRecentSignIn } from '../../recentSignIn.ts'
import { mailSecurityChange } from '../../securityMails.ts'
import { resourceOf, signOnSchema } from './schema.ts'

export const deleteSignOnEndpoint = endpoint({
  method: 'delete',
  path: '/sign-on',
  right: 'manage_settings',
  about: 'practice',
  summary: 'End single sign-on',
  description: 'People sign in by password again; the sessions that began by it end.',
  answer: { status: 200, description: 'There is none.', schema: signOnSchema },
  problems: { 403: ['confirm_sign_in'] },
  handle: async (deps, { caller }) => {
    demandRecentSignIn(deps, caller)
    const wasThere = await deps.db.inPractice(caller.practiceId, async (tx) => {
      if (!(await deleteSignOn(tx))) return false
      await endSignOnSessions(tx)
      await insertAudit(tx, caller, { kind: 'settings_changed', subjectId: null, data: { fields: ['signOn'] } })
      return true
    })
    if (wasThere) await mailSecurityChange(deps, caller, { what: 'sign_on_ended' })
    return { body: resourceOf(deps, caller, null) }
  },
})
