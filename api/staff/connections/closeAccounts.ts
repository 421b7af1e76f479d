import { z } from 'zod'
import { closeAccounts as close } from '../../../commands/connections/banks/missingAccounts.ts'
import { readConnection } from '../../../db/connections/connections.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { notFound, validationProblem } from '../../problem.ts'
import { onboardingAfter, targetOf } from '../command.ts'
import { onboardingSchema } from '../onboardings/schema.ts'

const params = z.object({ id: z.uuid().meta({ description: 'The id of the bank connection.' }) })
const body = z
  .strictObject({
    accounts: z
      .array(z.uuid())
      .min(1)
      .max(100)
      .meta({ description: 'The ids of accounts that cannot be seen any more.' }),
  })
  .meta({ example: { accounts: ['0198c1a4-7c1e-7bb2-9d38-3f1f3b0a5f10'] } })

export const closeAccounts = endpoint({
  method: 'post',
  path: '/connections/{id}/close-accounts',
  right: 'work_clients',
  about: 'connection',
  summary: 'Say that accounts of a bank are closed',
  description: 'They are not missing any more, and the client is not asked about them. Reopening takes it back.',
  params,
  body,
  answer: { status: 200, description: 'The onboarding without them.', schema: onboardingSchema },
  problems: { 409: ['not_allowed'] },
  handle: (deps, { caller, params, body }) => change(deps, caller, params.id, { ids: body.accounts, isClosed: true }),
})

export const reopenAccounts = endpoint({
  method: 'post',
  path: '/connections/{id}/reopen-accounts',
  right: 'work_clients',
  about: 'connection',
  summary: 'Take back that accounts of a bank are closed',
  description: 'They are missing again; one that its bank shows is shared again.',
  params,
  body,
  answer: { status: 200, description: 'The onboarding with them.', schema: onboardingSchema },
  problems: { 409: ['not_allowed'] },
  handle: (deps, { caller, params, body }) => change(deps, caller, params.id, { ids: body.accounts, isClosed: false }),
})

async function change(deps: Dependencies, caller: Caller, id: string, said: { ids: string[]; isClosed: boolean }) {
  const connection = await deps.db.inPractice(caller.practiceId, (tx) => readConnection(tx, id))
  if (connection?.kind !== 'bank') throw notFound()
  const { onboardingId } = connection
  const outcome = await close(deps.commands, targetOf(caller, onboardingId), caller.actor, id, said)
  if (outcome.result === 'unknown') {
    const message =
      'That isn’t an account of this bank that is missing or closed now. Reload the page to see how it stands.'
    throw validationProblem([{ field: 'accounts', code: 'not_an_option', message }])
  }
  return onboardingAfter(deps, caller, onboardingId, said.isClosed ? 'close_accounts' : 'reopen_accounts', outcome)
}
