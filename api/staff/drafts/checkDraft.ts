import { z } from 'zod'
import { openDraft } from '../../../commands/drafts/openDraft.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { noticeSchema } from '../onboardings/newOnboarding.ts'
import { instant } from '../onboardings/schema.ts'
import { fieldText, messageText } from '../texts.ts'
import { checkOpenDraft } from './draftCheck.ts'
import { draftParams } from './resource.ts'

const text = z.string().nullable()

const checkSchema = z
  .object({
    errors: z
      .array(z.object({ field: fieldText, code: z.string().meta({ example: 'required' }), message: messageText }))
      .meta({ description: 'What stops it from becoming a client, by the fields of `POST /onboardings`.' }),
    notices: z.array(
      noticeSchema.extend({
        code: z.enum([...noticeSchema.shape.code.options, 'differs_from_ledger', 'not_connected', 'admins_only']),
      }),
    ),
    sending: z
      .object({ email: text, phone: text, until: instant })
      .nullable()
      .meta({ description: 'Where the invitation would go, as it was read, and until when its links would work.' }),
  })
  .meta({ id: 'DraftCheck' })

export const checkDraft = endpoint({
  method: 'get',
  path: '/drafts/{id}/check',
  right: 'add_clients',
  about: 'draft',
  summary: 'What is still missing in a draft',
  description: 'Looks at what was typed as it would be looked at when it is sent. Nothing is changed.',
  params: draftParams,
  answer: { status: 200, description: 'What is wrong, and what deserves a second look.', schema: checkSchema },
  handle: async (deps, { caller, params }) => ({
    body: await deps.db.inPractice(caller.practiceId, async (tx) => {
      const draft = await openDraft(tx, deps.sealer, params.id)
      if (!draft) throw notFound()
      return checkOpenDraft(tx, deps.sealer, caller, draft, Date.now())
    }),
  }),
})
