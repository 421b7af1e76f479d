import { z } from 'zod'
import { type OpenedSession, openSessionIn } from '../../../commands/connections/sessions.ts'
import { underKey } from '../../../commands/underKey.ts'
import { endpoint, idempotencyConflict } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { openerOf } from '../command.ts'
import { line } from '../fields.ts'
import { draftParams } from './resource.ts'

const openedSchema = z.object({ url: z.url().meta({ description: 'A page of ours: open it, and go on from there.' }) })

export const connectDraft = endpoint({
  method: 'post',
  path: '/drafts/{id}/connections',
  scope: 'write',
  right: 'add_clients',
  tag: 'Drafts',
  summary: 'Connect a ledger for a draft',
  description:
    'Answers the address of a page that leads to the ledger and back to the wizard. What is connected belongs to the draft until it becomes a client.',
  params: draftParams,
  body: z.strictObject({ provider: line(40, 'Choose the ledger.').meta({ example: 'xero' }) }),
  answer: { status: 201, description: 'Where to go.', schema: openedSchema },
  idempotent: true,
  handle: async ({ db, ledger, publicUrl }, { caller, params, body, idempotency }) => {
    const { practiceId } = caller
    if (body.provider !== ledger.name) {
      const message = `Choose one of ${ledger.name}.`
      throw validationProblem([{ field: 'provider', code: 'not_an_option', message }])
    }
    const keyed = await db.inPractice(practiceId, (tx) =>
      underKey<z.infer<typeof openedSchema>, OpenedSession>(tx, practiceId, idempotency, 201, async () => {
        const opened = await openSessionIn(
          tx,
          { practiceId, draftId: params.id },
          {
            step: 'books',
            provider: ledger.name,
            institution: null,
            institutionName: ledger.label,
            ...openerOf(caller),
          },
        )
        if (opened.result !== 'opened') return { notDone: opened }
        return { done: { url: `${publicUrl}/connect/${opened.sessionId}` } }
      }),
    )
    if (keyed.result === 'conflict') throw idempotencyConflict()
    if (keyed.result === 'not_done') throw notFound()
    return { body: keyed.answer, replayed: keyed.result === 'repeated' }
  },
})
