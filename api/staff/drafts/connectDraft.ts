import { z } from 'zod'
import { openSession } from '../../../commands/connections/sessions.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { ledgerSessionOf, openedAnswer } from '../command.ts'
import { ledgerOnOffer } from '../fields.ts'
import { draftParams } from './resource.ts'

export const connectDraft = endpoint({
  method: 'post',
  path: '/drafts/{id}/connections',
  right: 'add_clients',
  about: 'draft',
  summary: 'Connect a ledger for a draft',
  description:
    'Answers the address of a page that leads to the ledger and back to the wizard. What is connected belongs to the draft until it becomes a client.',
  params: draftParams,
  body: z.strictObject({ provider: ledgerOnOffer }),
  answer: openedAnswer,
  handle: async ({ commands, ledgers, publicUrl }, { caller, params, body }) => {
    const offered = ledgers.all.filter(({ can }) => can.duringSetup)
    const session = ledgerSessionOf(caller, offered, body.provider)
    const opened = await openSession(commands, { practiceId: caller.practiceId, draftId: params.id }, session)
    if (opened.result !== 'opened') throw notFound()
    return { body: { url: `${publicUrl}/connect/${opened.sessionId}` } }
  },
})
