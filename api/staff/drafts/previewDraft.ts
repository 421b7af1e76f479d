import { z } from 'zod'
import { openDraft } from '../../../commands/drafts/openDraft.ts'
import type { Person } from '../../../domain/fields/person.ts'
import { PREVIEW_FORMS } from '../../../domain/practice/previews.ts'
import { SAMPLE } from '../../../messages/previews.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { previewOf, previewSchema } from '../practice/previewMessage.ts'
import { readPreviewSource } from '../practice/previewSource.ts'
import { checkOpenDraft, stepsOf } from './draftCheck.ts'
import { draftParams } from './resource.ts'

export const previewDraft = endpoint({
  method: 'get',
  path: '/drafts/{id}/preview',
  right: 'add_clients',
  about: 'draft',
  summary: 'What the client would get',
  description:
    'The invitation of this draft as page, mail or text, exactly as it would be sent now. Nothing is sent, and its links open nothing.',
  params: draftParams,
  query: z.strictObject({ form: z.enum(PREVIEW_FORMS).default('mail') }),
  answer: {
    status: 200,
    description: 'Of a page the document, of a mail everything, of a text its words.',
    schema: previewSchema,
  },
  handle: async (deps, { caller, params, query: { form } }) => {
    const { draft, sending } = await deps.db.inPractice(caller.practiceId, async (tx) => {
      const draft = await openDraft(tx, deps.sealer, params.id)
      if (!draft) throw notFound()
      return { draft, ...(await checkOpenDraft(tx, deps.sealer, caller, draft, Date.now())) }
    })
    const typed = (of: unknown, name: string): string | null => {
      const text = (of as Record<string, unknown> | null | undefined)?.[name]
      return typeof text === 'string' && text.trim() !== '' ? text.trim() : null
    }
    const { organisation, invitation } = draft.data
    const steps = stepsOf(draft)
    const what = { kind: 'invitation', form, onboardingId: null, choices: {} } as const
    const source = await readPreviewSource(deps, caller, what, {
      organisation: typed(organisation, 'name') ?? SAMPLE.organisation,
      person: draft.kind === 'self_employed' ? personIn(organisation) : null,
      payments: listIn(organisation, 'solutions').includes('payments'),
      invitation: {
        name: typed(invitation, 'name') ?? SAMPLE.name,
        email: sending?.email ?? SAMPLE.email,
        phone: sending?.phone?.replace(/\D/g, '') ?? null,
        message: typed(invitation, 'message'),
        asks: (invitation as { asks?: unknown } | null | undefined)?.asks === true,
      },
      steps: steps && {
        bank: typed(steps, 'bank') ?? 'skip',
        books: draft.ledger ? 'practice' : (typed(steps, 'books') ?? 'skip'),
      },
    })
    return { body: await previewOf(deps, what, source) }
  },
})

const listIn = (of: unknown, name: string): unknown[] => {
  const list = (of as Record<string, unknown> | null | undefined)?.[name]
  return Array.isArray(list) ? list : []
}

/** Returns what a self-employed client uses their accounts for, by the income typed so far. */
function personIn(organisation: unknown): Person {
  const types = new Set(listIn(organisation, 'incomeSources').map((one) => (one as { type?: unknown } | null)?.type))
  if (types.size > 1) return 'both'
  return types.has('uk_property') ? 'property' : 'work'
}
