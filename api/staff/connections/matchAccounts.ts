import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type MappingProblem, saveMapping } from '../../../commands/connections/saveMapping.ts'
import { readConnection } from '../../../db/connections/connections.ts'
import { endpoint } from '../../endpoint.ts'
import { type FieldProblem, notFound, validationProblem } from '../../problem.ts'
import { onboardingAfter, targetOf } from '../command.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

export const matchAccounts = endpoint({
  method: 'post',
  path: '/connections/{id}/mapping',
  right: 'work_clients',
  about: 'connection',
  summary: 'Match accounts',
  description: 'Every bank account with an account in the ledger, or with none. Replaces what was matched before.',
  params: z.object({ id: z.uuid().meta({ description: 'The id of the bank or ledger connection.' }) }),
  body: z.strictObject({
    matches: z
      .array(z.strictObject({ bankAccount: z.uuid(), ledgerAccount: z.uuid().nullable() }))
      .min(1)
      .max(500),
  }),
  answer: { status: 200, description: 'The onboarding with its accounts matched.', schema: onboardingSchema },
  problems: { 409: ['not_allowed', 'step_blocked'] },
  handle: async (deps, { caller, params, body }) => {
    const connection = await deps.db.inPractice(caller.practiceId, (tx) => readConnection(tx, params.id))
    if (!connection) throw notFound()
    const { onboardingId } = connection
    const target = targetOf(caller, onboardingId)
    const outcome = await saveMapping(deps.commands, target, caller.actor, randomUUID(), body.matches)
    if (outcome.result === 'invalid') throw validationProblem(fieldsOf(outcome.problem))
    return onboardingAfter(deps, caller, onboardingId, 'map', outcome)
  },
})

function fieldsOf(problem: MappingProblem): FieldProblem[] {
  switch (problem.code) {
    case 'missing':
      return problem.bankAccounts.map((id) => ({
        field: 'matches',
        code: 'missing',
        message: `Match the bank account ${id}, or say it has none.`,
      }))
    case 'unknown_bank_account':
      return [at(problem.index, 'bankAccount', problem.code, 'This is no bank account of the client.')]
    case 'unknown_ledger_account':
      return [at(problem.index, 'ledgerAccount', problem.code, 'This is no account in the client’s books.')]
    case 'matched_twice':
      return [at(problem.index, 'ledgerAccount', problem.code, 'This account is matched twice.')]
  }
}

const at = (index: number, field: string, code: string, message: string): FieldProblem => ({
  field: `matches[${index}].${field}`,
  code,
  message,
})
