import { z } from 'zod'
import { actOnRows, type BulkAction, chooseRows, previewOnRows } from '../../../commands/bulk.ts'
import type { Tx } from '../../../db/client.ts'
import { readIds } from '../../../db/list/list.ts'
import { findStrangers } from '../../../db/people/members.ts'
import type { Verb } from '../../../domain/refusals.ts'
import type { Right } from '../../../domain/rights.ts'
import type { Dependencies } from '../../dependencies.ts'
import { type Caller, demandRight, endpoint } from '../../endpoint.ts'
import { idempotencyConflict } from '../../once.ts'
import { validationProblem } from '../../problem.ts'
import { keepSeenBy } from '../../sight.ts'
import { unknownPerson } from '../access.ts'
import { bulkResult, MOST_THINGS, resultsOf, resultsSchema } from '../bulkResult.ts'
import { inviterOf } from '../command.ts'
import { instantField, lines, problem } from '../fields.ts'
import { isoOrNull } from '../onboardings/summary.ts'
import { demandView, filterFields, narrowedOf } from './filters.ts'

/**
 * The right for each action, of which the endpoint's own is the minimum, and the verb that a refusal names. An
 * assignment is never refused.
 */
const ACTIONS: Record<BulkAction['do'], { right: Right; verb: Verb }> = {
  resend: { right: 'work_clients', verb: 'invite' },
  extend: { right: 'work_clients', verb: 'extend' },
  cancel: { right: 'cancel_clients', verb: 'cancel' },
  undo_cancel: { right: 'cancel_clients', verb: 'undo_cancel' },
  assign: { right: 'assign_clients', verb: 'link' },
}

const body = z
  .strictObject({
    do: z.enum(['resend', 'extend', 'cancel', 'undo_cancel', 'assign']),
    until: instantField.optional().meta({ description: 'Of `extend`.' }),
    reason: lines(500, 'Say why.').nullish().meta({ description: 'Of `cancel`.' }),
    manager: z.uuid().nullish().meta({ description: 'Of `assign`: the new account manager, or null for nobody.' }),
    ids: z.array(z.uuid()).min(1).max(MOST_THINGS).optional(),
    filter: z
      .strictObject(filterFields)
      .optional()
      .meta({
        description: `Instead of ids: whatever a list with this filter holds, newest first, up to ${MOST_THINGS}.`,
      }),
    dryRun: z.boolean().default(false).meta({ description: 'Only say what would come of it.' }),
  })
  .superRefine((given, context) => {
    const add = (path: string, code: string, message: string) => problem(context, code, message, [path])
    if (!given.ids === !given.filter) add('ids', 'required', 'Give either ids or a filter.')
    if (given.do === 'extend' && given.until === undefined) add('until', 'required', 'Choose until when.')
    if (given.do === 'assign' && given.manager === undefined)
      add('manager', 'required', 'Choose a colleague, or nobody.')
  })
  .meta({ example: { do: 'resend', filter: { view: 'expired' }, dryRun: true } })

export const actOnOnboardings = endpoint({
  method: 'post',
  path: '/onboardings/actions',
  writes: 'in_steps',
  isDryRun: ({ dryRun }) => dryRun,
  right: 'work_clients',
  about: 'clients',
  summary: 'Do something to many clients',
  description:
    'Each through its ordinary command, with an answer of its own. A repeat under the same key does none of them twice.',
  body,
  answer: {
    status: 200,
    description: 'One result a client, in the order of the ids.',
    schema: resultsSchema,
  },
  problems: { 403: ['not_in_plan'] },
  handle: async (deps, { caller, body, idempotency }) => {
    const { practiceId, actor } = caller
    const { commands } = deps
    if (deps.checksRights !== false) await demandRight(deps, caller, ACTIONS[body.do].right)
    const action = actionOf(body, caller)
    await demandColleague(deps, caller, body.manager)
    const rows = await rowsOf(deps, caller, body, idempotency)
    const seen = await keepSeenBy(deps, caller, rows)
    const outcomes = body.dryRun
      ? await previewOnRows(commands, practiceId, actor, action, seen)
      : await actOnRows(commands, practiceId, actor, action, seen, idempotency)
    const hidden = rows
      .filter((id) => !seen.includes(id))
      .map((id) => ({ id, outcome: { result: 'not_found' as const }, undoUntil: null }))
    const results: Parameters<typeof resultsOf>[1][number][] = []
    for (const { id, outcome, undoUntil } of [...outcomes, ...hidden]) {
      const result = await bulkResult(deps, caller, id, ACTIONS[action.do].verb, outcome)
      results.push({ ...result, id, undoUntil: isoOrNull(undoUntil) })
    }
    return { body: resultsOf(rows, results) }
  },
})

type Body = z.output<typeof body>

/** Throws a problem for a manager who is not a colleague. */
async function demandColleague({ db }: Dependencies, { practiceId }: Caller, manager: Body['manager']): Promise<void> {
  if (!manager) return
  const strangers = await db.inPractice(practiceId, (tx) => findStrangers(tx, [manager]))
  if (strangers.length > 0) throw validationProblem([unknownPerson('manager')])
}

function actionOf(given: Body, caller: Caller): BulkAction {
  switch (given.do) {
    case 'resend':
      return { do: 'resend', inviterName: inviterOf(caller) }
    case 'extend':
      return { do: 'extend', until: given.until ?? 0 }
    case 'cancel':
      return { do: 'cancel', reason: given.reason ?? null }
    case 'assign':
      return { do: 'assign', managerId: given.manager ?? null }
    default:
      return { do: given.do }
  }
}

async function rowsOf(
  deps: Dependencies,
  caller: Caller,
  { ids, filter }: Body,
  idempotency: Parameters<typeof chooseRows>[3],
): Promise<string[]> {
  const { commands } = deps
  if (filter) await demandView(deps, filter, caller)
  const listed = { updatedSince: null, sort: 'newest', after: null, limit: MOST_THINGS } as const
  const chosen = filter
    ? { read: (tx: Tx) => readIds(tx, { ...narrowedOf(filter, caller), ...listed }) }
    : { ids: ids ?? [] }
  const rows = await chooseRows(commands, caller.practiceId, chosen, idempotency)
  if (rows.result === 'conflict') throw idempotencyConflict()
  return rows.ids
}
