import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { etagOf } from '../versions.ts'
import { organisationParams, organisationSchema, readOrganisation } from './resource.ts'

export const getOrganisation = endpoint({
  method: 'get',
  path: '/organisations/{id}',
  right: 'see_clients',
  about: 'organisation',
  summary: 'One organisation',
  description: 'With an `ETag`, which an edit sends back as `If-Match`.',
  params: organisationParams,
  answer: { status: 200, description: 'Its details as they stand.', schema: organisationSchema, headers: ['ETag'] },
  handle: async ({ db }, { caller, params }) => {
    const organisation = await db.inPractice(caller.practiceId, (tx) => readOrganisation(tx, params.id))
    if (!organisation) throw notFound()
    return { body: organisation, etag: etagOf(organisation.version) }
  },
})
