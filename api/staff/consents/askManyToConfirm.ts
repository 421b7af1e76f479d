import { z } from 'zod'
import { type AskedBank, askManyToConfirm as askMany } from '../../../commands/connections/renewals/askRenewal.ts'
import { readClientsOf } from '../../../db/connections/renewals.ts'
import type { NotAsked } from '../../../domain/connections/renewal.ts'
import { endpoint } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { keepSeenBy } from '../../sight.ts'
import { bulkResult, MOST_AT_ONCE, notDone, resultsOf, resultsSchema } from '../bulkResult.ts'

/** The sentences for banks that are left out. */
const LEFT_OUT: Record<NotAsked, string> = {
  not_due: 'Its access goes on for more than 14 days.',
  stopped: 'The client stopped sharing it: ask them why first.',
  asked_today: 'Asked already today.',
  bank_down: 'Its bank isn’t answering. They are asked once it does.',
}

export const askManyToConfirm = endpoint({
  method: 'post',
  path: '/consents/ask-to-confirm',
  writes: 'in_steps',
  isDryRun: ({ dryRun }) => dryRun,
  right: 'work_clients',
  about: 'clients',
  summary: 'Ask many clients to confirm banks',
  description:
    'As the single command, but a client once about all of their banks, and nobody twice in a day. Each bank has an answer of its own. A repeat under the same key asks nobody twice.',
  body: z
    .strictObject({
      ids: z.array(z.uuid()).min(1).max(MOST_AT_ONCE).meta({ description: 'The connections of the banks.' }),
      dryRun: z.boolean().default(false).meta({ description: 'Only say what would come of it.' }),
    })
    .meta({ example: { ids: ['0198c1a4-7c1e-7bb2-9d38-3f1f3b0a5f10'], dryRun: true } }),
  answer: { status: 200, description: 'One result a bank, in the order of the ids.', schema: resultsSchema },
  handle: async (deps, { caller, body, idempotency }) => {
    const { practiceId, actor } = caller
    const ids = [...new Set(body.ids)]
    const clients = await deps.db.inPractice(practiceId, (tx) => readClientsOf(tx, ids))
    const seen = await keepSeenBy(deps, caller, [...new Set(clients.values())])
    const banksOf = Map.groupBy(
      ids.filter((id) => seen.includes(clients.get(id) ?? '')),
      (id) => clients.get(id) ?? '',
    )
    const how = { idempotency, isDryRun: body.dryRun }
    const asked = await askMany(deps.commands, practiceId, actor, banksOf, how)
    const resultOf = async ({ id, onboardingId, outcome }: AskedBank) => ({
      id,
      ...(outcome.result === 'not_asked'
        ? notDone(outcome.why, LEFT_OUT[outcome.why])
        : await bulkResult(deps, caller, onboardingId, 'link', outcome)),
    })
    const known = new Set(asked.map(({ id }) => id))
    const hidden = ids.filter((id) => !known.has(id)).map((id) => ({ id, ...notDone('not_found', notFound().message) }))
    const results = [...hidden]
    for (const one of asked) results.push(await resultOf(one))
    return { body: resultsOf(ids, results) }
  },
})
