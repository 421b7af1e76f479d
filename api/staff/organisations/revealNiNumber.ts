import { z } from 'zod'
import { revealNiNumber as reveal } from '../../../commands/organisations/revealNiNumber.ts'
import { showNiNumber } from '../../../domain/fields/ukFormats.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { doerOf } from '../members/schema.ts'
import { openNiNumber } from '../onboardings/newOnboarding.ts'
import { organisationParams } from './resource.ts'

export const revealNiNumber = endpoint({
  method: 'post',
  path: '/organisations/{id}/ni-number',
  right: 'work_clients',
  about: 'organisation',
  summary: 'Show the National Insurance number',
  description: 'In full. Who looked, and when, stands in the client’s timeline and in the audit log.',
  params: organisationParams,
  answer: {
    status: 200,
    description: 'The number.',
    schema: z.object({
      niNumber: z.string().nullable().meta({ description: 'Null where none is kept.', example: 'AB 12 34 56 C' }),
    }),
  },
  handle: async ({ commands, sealer }, { caller, params }) => {
    const { practiceId } = caller
    const revealed = await reveal(commands, practiceId, doerOf(caller), params.id)
    if (revealed.result === 'not_found') throw notFound()
    const { sealed } = revealed
    return { body: { niNumber: sealed && showNiNumber(openNiNumber(sealer, practiceId, sealed)) } }
  },
})
