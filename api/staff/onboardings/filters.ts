import { z } from 'zod'
import type { ListQuery } from '../../../db/list.ts'
import { NEEDS_STAFF } from '../../../domain/attention.ts'
import { BLOCKERS, MOVES } from '../../../domain/describe.ts'
import { STATUSES } from '../../../domain/situation.ts'
import type { Caller } from '../../endpoint.ts'
import { validationProblem } from '../../problem.ts'
import { line, problem } from '../fields.ts'

/** One value or several of the same name. */
const several = <T extends string>(values: readonly [T, ...T[]]) =>
  z
    .union([z.enum(values).transform((one) => [one]), z.array(z.enum(values)).max(values.length)])
    .default([])
    .meta({ override: { type: 'array', items: { type: 'string', enum: [...values] }, default: [] } })

const VIEWS = ['attention', 'us', 'client', 'not_invited', 'expired', 'completed', 'mine', 'all'] as const

/** What narrows a list: as the query of a page, or as the body of a bulk action. */
export const filterFields = {
  view: z.enum(VIEWS).default('all').meta({
    description:
      '`attention`: staff have to put something right. `us`, `client`: whose move it is. `mine`: the caller is the account manager; needs a person.',
  }),
  status: several(STATUSES),
  move: several(MOVES),
  blockedBy: several(BLOCKERS),
  manager: z
    .union([z.uuid().transform((one) => [one]), z.array(z.uuid()).max(50)])
    .default([])
    .meta({
      override: { type: 'array', items: { type: 'string', format: 'uuid' }, default: [] },
      description: 'Account managers, by id.',
    }),
  q: line(100, 'Search with at least 2 characters.')
    .transform((text, context) => {
      if ([...text].length < 2) problem(context, 'too_short', 'Search with at least 2 characters.')
      return text
    })
    .optional()
    .meta({
      description:
        'Name, email, phone, reference or code; reference and code match exactly first. Two characters are looked for at the beginning of words. At most 1,000 matches are sorted and shown.',
    }),
}

const filterSchema = z.strictObject(filterFields)
type Filter = z.output<typeof filterSchema>

type Narrowed = Pick<ListQuery, 'statuses' | 'moves' | 'blockers' | 'managers' | 'search' | 'seenBy'>

/** What a view stands for; nothing is narrowed by `all` and `mine`. */
export const VIEW_FILTERS: Record<Filter['view'], Pick<Narrowed, 'statuses' | 'moves' | 'blockers'>> = {
  attention: { statuses: [], moves: [], blockers: [...NEEDS_STAFF] },
  us: { statuses: [], moves: ['practice'], blockers: [] },
  client: { statuses: [], moves: ['client'], blockers: [] },
  // A client being set up and not invited yet is one of these a moment later.
  not_invited: { statuses: ['creating', 'not_invited'], moves: [], blockers: [] },
  expired: { statuses: ['expired'], moves: [], blockers: [] },
  completed: { statuses: ['completed'], moves: [], blockers: [] },
  mine: { statuses: [], moves: [], blockers: [] },
  all: { statuses: [], moves: [], blockers: [] },
}

/** The filters of a list, the view's and the caller's narrowing each other; null where nothing can match both. */
export function narrowedOf(filter: Filter, caller: Caller): Narrowed | null {
  const view = VIEW_FILTERS[filter.view]
  const statuses = both(view.statuses, filter.status)
  const moves = both(view.moves, filter.move)
  const blockers = both(view.blockers, filter.blockedBy)
  const managers = both(filter.view === 'mine' ? [personOf(caller)] : [], filter.manager)
  if (!statuses || !moves || !blockers || !managers) return null
  return { statuses, moves, blockers, managers, search: filter.q ?? null, seenBy: null }
}

/** What two lists of wishes have in common, once each; an empty one wishes nothing. Null where they exclude each other. */
function both<T>(one: T[], given: T[]): T[] | null {
  const other = [...new Set(given)]
  if (one.length === 0) return other
  if (other.length === 0) return one
  const common = one.filter((value) => other.includes(value))
  return common.length > 0 ? common : null
}

function personOf({ actor }: Caller): string {
  if (actor.type === 'staff' && actor.id !== null) return actor.id
  const message = 'An API key manages no clients. Name the account manager instead.'
  throw validationProblem([{ field: 'view', code: 'needs_person', message }])
}
