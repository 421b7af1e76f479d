import { z } from 'zod'
import type { SavedView } from '../../../db/list/savedViews.ts'
import { SOFTWARE } from '../../../domain/connections/ledgers.ts'
import { MOVES } from '../../../domain/describe.ts'
import { VIEWS } from '../../../domain/rows/conditions.ts'
import { STATUSES } from '../../../domain/situation.ts'
import type { Caller } from '../../endpoint.ts'
import { line } from '../fields.ts'
import { idText } from '../texts.ts'

/** The query of the app's list or board, with the app's parameter names. */
const searchSchema = z.object({
  view: z.enum(VIEWS).optional(),
  q: z.string().meta({ example: 'harbour' }).optional(),
  stage: z.array(z.enum(STATUSES)).max(STATUSES.length).optional(),
  move: z.array(z.enum(MOVES)).max(MOVES.length).optional(),
  manager: z.array(z.uuid()).max(50).optional(),
  solution: z.array(z.string().max(60)).max(40).optional(),
  software: z.array(z.enum(SOFTWARE)).max(SOFTWARE.length).optional(),
  bank: z.array(z.string().max(200)).max(40).optional(),
  team: z.array(z.uuid()).max(40).optional(),
  sort: z.enum(['waiting', 'newest', 'updated']).optional(),
})

export const viewBody = z
  .strictObject({
    name: line(40, 'Give the view a name.'),
    place: z.enum(['list', 'board']).default('list'),
    search: z.strictObject({ ...searchSchema.shape, q: line(100, 'Search with at least 2 characters.').optional() }),
    everyone: z.boolean().default(false).meta({ description: 'For all of the practice; needs `assign_clients`.' }),
  })
  .meta({ example: { name: 'Stuck at the bank', search: { view: 'client', stage: ['accepted'] } } })

export const viewSchema = z
  .object({
    id: idText,
    name: z.string().meta({ example: 'Stuck at the bank' }),
    place: z.enum(['list', 'board']),
    search: searchSchema,
    everyone: z.boolean(),
  })
  .meta({ id: 'SavedView' })

/** Returns a view in the API's format; an outdated search becomes empty. */
export const resourceOf = (view: SavedView): z.infer<typeof viewSchema> => ({
  ...view,
  search: searchSchema.safeParse(view.search).data ?? {},
})

/** Returns the person whose own views are meant; null for a key, which has none. */
export const personOf = ({ actor }: Pick<Caller, 'actor'>): string | null =>
  actor.type === 'api_key' ? null : actor.id
