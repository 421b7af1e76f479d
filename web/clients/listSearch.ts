import type { Schema } from '../api/client.ts'
import { type Search, valuesOf } from '../api/search.ts'
import { MOVES, type Move, STAGES, type Stage } from '../words/states.ts'

export const VIEWS = ['attention', 'us', 'client', 'not_invited', 'expired', 'completed', 'mine', 'all'] as const
export type View = (typeof VIEWS)[number]

export const SORTS = ['waiting', 'newest', 'updated'] as const
type Sort = (typeof SORTS)[number]

/** What the list shows: its address, whole. */
export type ListSearch = { view?: View; q?: string; stage?: Stage[]; move?: Move[]; manager?: string[]; sort?: Sort }

/** What the board shows: the same, and the column that a phone has room for. */
export type BoardSearch = ListSearch & { column?: Column }

/** The columns of the board, in the order of the journey. */
export const COLUMNS = [
  'not_invited',
  'invited',
  'unanswered',
  'bank',
  'books',
  'completed',
] as const satisfies readonly Schema['Board']['columns'][number]['column'][]
export type Column = (typeof COLUMNS)[number]

const oneOf = <T extends string>(all: readonly T[], value: unknown): T | undefined => all.find((one) => one === value)
const several = <T extends string>(all: readonly T[], value: string | string[] | undefined): T[] | undefined => {
  const found = all.filter((one) => valuesOf(value).includes(one))
  return found.length > 0 ? found : undefined
}

/** Reads the list's address; what it does not know is left out. */
export function readListSearch(search: Search | ListSearch): ListSearch {
  const managers = valuesOf(search.manager)
  const q = valuesOf(search.q)[0]?.trim()
  const read: ListSearch = {
    view: oneOf(VIEWS, search.view),
    q: q || undefined,
    stage: several(Object.keys(STAGES) as Stage[], search.stage),
    move: several(Object.keys(MOVES) as Move[], search.move),
    manager: managers.length > 0 ? managers : undefined,
    sort: oneOf(SORTS, search.sort),
  }
  return read
}

/** Reads the board's address. */
export const readBoardSearch = (search: Search): BoardSearch => ({
  ...readListSearch(search),
  column: oneOf(COLUMNS, search.column),
})
