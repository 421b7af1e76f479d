import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { onboardingParams } from '../fields.ts'
import { choiceSchema, readLedgerChoice } from './ledgerChoice.ts'

export const getLedgerChoice = endpoint({
  method: 'get',
  path: '/onboardings/{id}/ledger-choice',
  right: 'work_clients',
  about: 'onboarding',
  summary: 'What a sign-in to the ledger reaches',
  description:
    'Which organisations there are to choose from. What a colleague’s sign-in reaches is shown to that colleague and to those who see every client; what a client’s reaches, to the client.',
  params: onboardingParams,
  answer: { status: 200, description: 'What there is to choose.', schema: choiceSchema },
  handle: async (deps, { caller, params }) => {
    const found = await deps.db.inPractice(caller.practiceId, (tx) => readLedgerChoice(tx, deps, caller, params.id))
    if (!found) throw notFound()
    return { body: found.choice }
  },
})
