import { z } from 'zod'
import type { ListQuery } from '../../../db/list/list.ts'
import { SOFTWARE } from '../../../domain/connections/ledgers.ts'
import { BLOCKERS, MOVES } from '../../../domain/describe.ts'
import { HORIZON_DAYS, SPANS } from '../../../domain/metrics/cohorts.ts'
import { OUTCOMES } from '../../../domain/metrics/outcomes.ts'
import { COLUMNS, conditionOfColumn, conditionOfView, VIEWS } from '../../../domain/rows/conditions.ts'
import { STATUSES } from '../../../domain/situation.ts'
import type { Dependencies } from '../../dependencies.ts'
import type { Caller } from '../../endpoint.ts'
import { demandPlan } from '../../plan.ts'
import { validationProblem } from '../../problem.ts'
import { line, problem } from '../fields.ts'

/** A query parameter with one value or several. `items` is the value's schema in the document. */
const several = <T extends string>(value: z.ZodType<T, string>, most: number, items: object, description?: string) =>
  z
    .union([value.transform((one) => [one]), z.array(value).max(most)])
    .default([])
    .meta({
      override: { type: 'array', items: { type: 'string', ...items }, default: [] },
      ...(description && { description }),
    })

export const severalOf = <T extends string>(values: readonly T[], description?: string) =>
  several(z.enum(values), values.length, { enum: [...values] }, description)

/** The span by which the conversion report groups clients. */
export const bySpan = z.enum(SPANS).default('week')

/** The filters of a list: as the query of a page, or as the body of a bulk action. */
export const filterFields = {
  view: z.enum(VIEWS).default('all').meta({
    description:
      '`attention`: staff have to put something right, or it takes longer than usual. `us`, `client`: any open thing is the practice’s, the client’s. `mine`: the caller is the account manager; needs a person and the plan Plus.',
  }),
  column: z.enum(COLUMNS).optional().meta({
    description:
      'A column of the board. An accepted client stands at the bank while that is open, afterwards at the books; completed ones for 30 days, and again while a connection is lost.',
  }),
  status: severalOf(STATUSES),
  // These match any open thing: the leading one, and others.
  move: severalOf(MOVES),
  blockedBy: severalOf(BLOCKERS),
  manager: several(z.uuid(), 50, { format: 'uuid' }, 'Account managers, by id.'),
  solution: several(z.string().max(60), 40, { maxLength: 60 }, 'What you do for the client, any of them.'),
  software: severalOf(SOFTWARE, 'The ledger that is connected, else the software that you noted.'),
  bank: several(
    z.string().max(200),
    40,
    { maxLength: 200 },
    'The bank that is connected, by name as `GET /banks` says it.',
  ),
  team: several(z.uuid(), 40, { format: 'uuid' }, 'Teams that may see the client by a rule of their own, by id.'),
  week: z.iso.date().optional().meta({
    description:
      'The Monday of the week of the first invitation, as the conversion report counts it; or the first day of its month.',
  }),
  lastWeek: z.iso.date().optional().meta({ description: 'The first day of the last of several such weeks or months.' }),
  by: bySpan.meta({ description: 'What `week` and `lastWeek` begin.' }),
  within: z.coerce
    .number()
    .int()
    .refine((days) => HORIZON_DAYS.some((one) => one === days), { error: 'Choose 7, 14 or 30.' })
    .optional()
    .meta({ description: 'The bank was connected within 7, 14 or 30 days of the first invitation.' }),
  outcome: z.enum(OUTCOMES).optional().meta({
    description: 'The answer to the invitation, as the conversion report counts it.',
  }),
  q: line(100, 'Search with at least 2 characters.')
    .transform((text, context) => {
      if ([...text].length < 2) problem(context, 'too_short', 'Search with at least 2 characters.')
      return text
    })
    .optional()
    .meta({
      minLength: 2,
      description:
        'Name of the client, its contact, everyone invited at present or joined, their addresses and numbers however they are written, reference and code; reference and code match exactly first. Two characters are looked for at the beginning of words. At most 1,000 matches are sorted and shown.',
    }),
}

export const sortField = z.enum(['newest', 'waiting', 'updated']).default('newest').meta({
  description: '`waiting`: longest first, without what is finished. `updated`: the latest change first.',
})

const filterSchema = z.strictObject(filterFields)
type Filter = z.output<typeof filterSchema>

/**
 * Throws a problem for the view of the caller's own clients outside the practice's plan, and for a key, which manages
 * none.
 */
export async function demandView(deps: Dependencies, { view }: Pick<Filter, 'view'>, caller: Caller): Promise<void> {
  if (view !== 'mine') return
  personOf(caller)
  await demandPlan(deps, caller, 'my_clients')
}

/** Returns what a list with these filters holds for the caller. */
export function narrowedOf(
  filter: Filter,
  caller: Caller,
): Pick<ListQuery, 'conditions' | 'cohort' | 'search' | 'sight'> {
  const { view, column, status: statuses, move: moves, blockedBy: blockers, manager: managers } = filter
  const { solution: solutions, software, bank: banks, team: teams } = filter
  return {
    conditions: [
      conditionOfView(view, view === 'mine' ? personOf(caller) : null),
      ...(column ? [conditionOfColumn(column)] : []),
      { statuses, moves, blockers, managers, solutions, software, banks, teams },
    ],
    cohort: cohortOf(filter),
    search: filter.q ?? null,
    sight: caller.sight,
  }
}

function cohortOf({ by, week, lastWeek, within, outcome }: Filter): ListQuery['cohort'] {
  if (week === undefined && within === undefined && outcome === undefined) return null
  return { by, first: week ?? null, last: lastWeek ?? null, within: within ?? null, outcome: outcome ?? null }
}

function personOf({ actor }: Caller): string {
  if (actor.type === 'staff' && actor.id !== null) return actor.id
  const message = 'An API key manages no clients. Name the account manager instead.'
  throw validationProblem([{ field: 'view', code: 'needs_person', message }])
}
