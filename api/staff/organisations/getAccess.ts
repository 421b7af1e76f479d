import { readAccess } from '../../../db/access.ts'
import { readOrganisationDetails } from '../../../db/onboardings/organisationDetails.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { accessEtag, accessSchema } from '../access.ts'
import { organisationParams } from './resource.ts'

export const getAccess = endpoint({
  method: 'get',
  path: '/organisations/{id}/access',
  right: 'see_clients',
  about: 'organisation',
  summary: 'Who may see a client',
  description: 'Besides the admins and the account manager, who always may.',
  params: organisationParams,
  answer: { status: 200, description: 'The rules.', schema: accessSchema, headers: ['ETag'] },
  handle: async ({ db }, { caller, params }) => {
    const access = await db.inPractice(caller.practiceId, async (tx) =>
      (await readOrganisationDetails(tx, params.id)) ? readAccess(tx, params.id) : null,
    )
    if (!access) throw notFound()
    return { body: access, etag: accessEtag(access) }
  },
})
