import { readSignOn } from '../../../db/people/signOn.ts'
import { endpoint } from '../../endpoint.ts'
import { resourceOf, signOnSchema } from './schema.ts'

export const getSignOn = endpoint({
  method: 'get',
  path: '/sign-on',
  right: 'manage_settings',
  about: 'practice',
  summary: 'Single sign-on',
  answer: { status: 200, description: 'As it stands, without the secret.', schema: signOnSchema },
  handle: async (deps, { caller }) => ({
    body: resourceOf(deps, caller, await deps.db.inPractice(caller.practiceId, readSignOn)),
  }),
})
