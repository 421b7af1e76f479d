import { z } from 'zod'
import { writeTrouble } from '../../../db/troubles.ts'
import { writtenCompanyName } from '../../../domain/fields/companyName.ts'
import { ProviderFailure } from '../../../providers/failure.ts'
import { endpoint } from '../../endpoint.ts'
import { Problem } from '../../problem.ts'
import { line, problem } from '../fields.ts'

const text = z.string().nullable()

export const findCompanies = endpoint({
  method: 'get',
  path: '/registry/companies',
  right: 'add_clients',
  about: 'new_client',
  summary: 'Look a company up',
  description: 'At Companies House, by name or number: the company of that number, then those of that name.',
  query: z.strictObject({
    q: line(100, 'Type at least 2 characters.')
      .transform((given, context) => {
        if ([...given].length < 2) problem(context, 'too_short', 'Type at least 2 characters.')
        return given
      })
      .meta({ minLength: 2, example: 'harbour bakery' }),
  }),
  answer: {
    status: 200,
    description: 'At most ten companies.',
    schema: z.object({
      items: z.array(
        z.object({
          number: z.string().meta({ example: '01234567' }),
          name: z.string().meta({
            description: 'As people write it: `Harbour Bakery Ltd` for `HARBOUR BAKERY LTD`.',
            example: 'Harbour Bakery Ltd',
          }),
          status: text.meta({
            description: '`active`, `dissolved`, …; others may come, and some kinds have none.',
            example: 'active',
          }),
          isEnded: z.boolean().meta({ description: 'It no longer exists.', example: false }),
          registeredOn: text,
          address: text,
          locality: text,
          postcode: text,
        }),
      ),
    }),
  },
  problems: { 503: ['provider_unavailable'] },
  handle: async ({ register, logger, db }, { query }) => {
    if (!register) throw away('Companies House is not set up here. Type the name and go on.', null)
    try {
      const found = await register.search(query.q)
      return { body: { items: found.map((company) => ({ ...company, name: writtenCompanyName(company.name) })) } }
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error
      // The search text is a client's name: only the kind of failure is logged.
      if (error.kind === 'misconfigured') {
        logger.error({ provider: error.provider, reason: error.message }, 'a register has to be mended')
        const { message: reason } = error
        await writeTrouble(db.sql, 'registry', { code: 'misconfigured', reason, restMs: null })
      }
      throw away(`${register.label} isn't answering. Type the name and go on.`, error.retryAfterMs)
    }
  },
})

function away(detail: string, retryAfterMs: number | null): Problem {
  const seconds = retryAfterMs === null ? 30 : Math.max(1, Math.ceil(retryAfterMs / 1000))
  return new Problem(503, 'provider_unavailable', detail, { headers: { 'Retry-After': String(seconds) } })
}
