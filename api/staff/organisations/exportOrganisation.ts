import { z } from 'zod'
import { readHeld } from '../../../db/onboardings/export.ts'
import { insertAudit } from '../../../db/people/audit.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { openNiNumber } from '../onboardings/newOnboarding.ts'
import { instant } from '../onboardings/schema.ts'
import { organisationParams } from './resource.ts'

export const exportOrganisation = endpoint({
  method: 'get',
  path: '/organisations/{id}/export',
  right: 'erase_clients',
  about: 'organisation',
  summary: 'Everything held of a client',
  description: 'As a file, with the National Insurance number in plain. That it was exported stands in the audit log.',
  params: organisationParams,
  answer: {
    status: 200,
    description: 'By what it is; passwords and keys of providers are left out.',
    schema: z
      .object({ exportedAt: instant, held: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))) })
      .meta({ id: 'ExportedClient' }),
    headers: ['Content-Disposition'],
  },
  handle: async ({ db, sealer }, { caller, params }) => {
    const { practiceId, actor, address } = caller
    const held = await db.inPractice(practiceId, async (tx) => {
      const found = await readHeld(tx, params.id)
      if (found) await insertAudit(tx, { actor, address }, { kind: 'client_exported', subjectId: params.id })
      return found
    })
    if (!held) throw notFound()
    const organisation: Record<string, unknown>[] = held.organisation.map(
      ({ niNumberSealed, niNumberLast4: _last4, ...rest }) => ({
        ...rest,
        niNumber: typeof niNumberSealed === 'string' ? openNiNumber(sealer, practiceId, niNumberSealed) : null,
      }),
    )
    const reference = held.organisation[0]?.reference ?? params.id
    return {
      body: { exportedAt: new Date().toISOString(), held: { ...held, organisation } },
      headers: { 'Content-Disposition': `attachment; filename="${reference}.json"` },
    }
  },
})
