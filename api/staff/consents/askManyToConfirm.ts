import { z } from 'zod'
import { chooseRows } from '../../../commands/bulk.ts'
import { type AskedBank, askManyToConfirm as askMany } from '../../../commands/connections/renewals/askRenewal.ts'
import type { Tx } from '../../../db/client.ts'
import { readConsentIds } from '../../../db/connections/consents.ts'
import { readClientsOf } from '../../../db/connections/renewals.ts'
import type { NotAsked } from '../../../domain/connections/renewal.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, endpoint } from '../../endpoint.ts'
import { idempotencyConflict } from '../../once.ts'
import { notFound } from '../../problem.ts'
import { keepSeenBy } from '../../sight.ts'
import { bulkResult, MOST_THINGS, notDone, resultSchema, resultsOf, resultsSchema } from '../bulkResult.ts'
import { problem } from '../fields.ts'
import { consentFields, consentQueryOf } from './filters.ts'

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
      ids: z.array(z.uuid()).min(1).max(MOST_THINGS).optional().meta({ description: 'The connections of the banks.' }),
      filter: z
        .strictObject(consentFields)
        .optional()
        .meta({
          description: `Instead of ids: whatever a list with this filter holds, what ends first first, up to ${MOST_THINGS}.`,
        }),
      dryRun: z.boolean().default(false).meta({ description: 'Only say what would come of it.' }),
    })
    .superRefine(({ ids, filter }, context) => {
      if (!ids === !filter) problem(context, 'required', 'Give either ids or a filter.', ['ids'])
    })
    .meta({ example: { filter: { view: 'act_now' }, dryRun: true } }),
  answer: {
    status: 200,
    description: 'One result a bank, in the order of the ids.',
    schema: resultsSchema.extend({
      results: z.array(
        resultSchema.extend({
          onboardingId: z.uuid().nullable().meta({ description: 'The client’s; null for a bank that is not there.' }),
        }),
      ),
    }),
  },
  handle: async (deps, { caller, body, idempotency }) => {
    const { practiceId, actor } = caller
    const ids = await chosenBanks(deps, caller, body, idempotency)
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
      onboardingId,
      ...(outcome.result === 'not_asked'
        ? notDone(outcome.why, LEFT_OUT[outcome.why])
        : await bulkResult(deps, caller, onboardingId, 'ask_renewal', outcome)),
    })
    const known = new Set(asked.map(({ id }) => id))
    const gone = { onboardingId: null, ...notDone('not_found', notFound().message) }
    const results: Awaited<ReturnType<typeof resultOf>>[] = []
    for (const one of asked) results.push(await resultOf(one))
    return { body: resultsOf(ids, [...ids.filter((id) => !known.has(id)).map((id) => ({ id, ...gone })), ...results]) }
  },
})

/** Returns the banks of a request, without repetition. */
async function chosenBanks(
  { commands }: Dependencies,
  caller: Caller,
  { ids, filter }: { ids?: string[] | undefined; filter?: Parameters<typeof consentQueryOf>[0] | undefined },
  idempotency: Parameters<typeof chooseRows>[3],
): Promise<string[]> {
  if (!filter) return [...new Set(ids)]
  const read = (tx: Tx) => readConsentIds(tx, consentQueryOf(filter, caller), MOST_THINGS)
  const rows = await chooseRows(commands, caller.practiceId, { read }, idempotency)
  if (rows.result === 'conflict') throw idempotencyConflict()
  return rows.ids
}
