import { z } from 'zod'
import type { ConsentQuery } from '../../../db/connections/consents.ts'
import { CONSENT_MOVES, CONSENT_VIEWS } from '../../../domain/connections/consents.ts'
import type { Caller } from '../../endpoint.ts'
import { filterFields, severalOf } from '../lists/filters.ts'

const { bank, manager, team, q } = filterFields

/** The filters of the consents, as the query of a page or of a file. */
export const consentFields = {
  view: z.enum(CONSENT_VIEWS).default('all').meta({
    description:
      '`act_now`: ends within 7 days, ended in the last 30, or asking reached nobody; not what is snoozed. `next_30_days`: ends within 30 days. `ended`: has ended.',
  }),
  move: severalOf(CONSENT_MOVES, 'Whose turn it is.'),
  bank,
  manager,
  team,
  q: q.meta({ description: 'The client, as in the list of clients, or the beginning of a word of the bank’s name.' }),
}

export const consentSort = z.enum(['earliest', 'latest']).default('earliest').meta({
  description: 'By the end of access: what ends or ended first, or the other way around.',
})

/** The query of every consent. */
export const EVERY_CONSENT: Omit<ConsentQuery, 'sight'> = {
  view: 'all',
  moves: [],
  banks: [],
  managers: [],
  teams: [],
  search: null,
}

/** Returns what these filters hold for the caller. */
export const consentQueryOf = (
  { view, move, bank, manager, team, q }: z.output<z.ZodObject<typeof consentFields>>,
  { sight }: Caller,
): ConsentQuery => ({
  view,
  moves: move,
  banks: bank,
  managers: manager,
  teams: team,
  search: q ?? null,
  sight,
})
