import { SOFTWARE, type Software } from '../../domain/connections/ledgers.ts'
import { OUTCOMES, type Outcome } from '../../domain/metrics/outcomes.ts'
import { COLUMNS, type Column, VIEWS, type View } from '../../domain/rows/conditions.ts'
import { anyOf, dayIn, type Search, severalOf, valuesOf } from '../api/search.ts'
import { MOVES, type Move, STAGES, type Stage } from '../words/states.ts'

export const SORTS = ['waiting', 'newest', 'updated'] as const
type Sort = (typeof SORTS)[number]

/** The whole state of the list, as kept in the address. */
export type ListSearch = {
  view?: View
  q?: string
  stage?: Stage[]
  move?: Move[]
  manager?: string[]
  solution?: string[]
  software?: Software[]
  bank?: string[]
  team?: string[]
  sort?: Sort
} & Cohort

/** A cohort of the conversion report: weeks, or months, of invitation by their first days, days within which the bank was connected, and the answer. */
export type Cohort = { by?: 'month'; week?: string; lastWeek?: string; within?: 7 | 14 | 30; outcome?: Outcome }

/** The state of the board: that of the list, and the column shown on a phone. */
export type BoardSearch = ListSearch & { column?: Column }

const oneOf = <T extends string>(all: readonly T[], value: unknown): T | undefined => all.find((one) => one === value)

/** Parses the list's address; drops unknown values. */
export function readListSearch(search: Search | ListSearch): ListSearch {
  const q = valuesOf(search.q)[0]?.trim()
  return {
    view: oneOf(VIEWS, search.view),
    q: q || undefined,
    stage: severalOf(Object.keys(STAGES) as Stage[], search.stage),
    move: severalOf(Object.keys(MOVES) as Move[], search.move),
    manager: anyOf(search.manager),
    solution: anyOf(search.solution),
    software: severalOf(SOFTWARE, search.software),
    bank: anyOf(search.bank),
    team: anyOf(search.team),
    sort: oneOf(SORTS, search.sort),
    by: oneOf(['month'], search.by),
    week: dayIn(search.week),
    lastWeek: dayIn(search.lastWeek),
    outcome: oneOf(OUTCOMES, search.outcome),
    within: ([7, 14, 30] as const).find((days) => String(days) === String(search.within)),
  }
}

/** Parses the board's address. */
export const readBoardSearch = (search: Search): BoardSearch => ({
  ...readListSearch(search),
  column: oneOf(COLUMNS, search.column),
})

/** The filters behind `More`, and all of them. Each takes several values, and a pill shows each value. */
export const MORE_FILTERS = ['solution', 'software', 'bank', 'team'] as const
export const FILTERS = ['stage', 'move', 'manager', ...MORE_FILTERS] as const
export type Filter = (typeof FILTERS)[number]

/** Returns how many values of filters a search has. */
export const filtersIn = (search: ListSearch, of: readonly Filter[] = FILTERS): number =>
  of.reduce((sum, name) => sum + (search[name]?.length ?? 0), 0)

/** The changes that remove every filter from a search. */
export const NO_FILTERS = Object.fromEntries(FILTERS.map((name) => [name, undefined])) as Record<Filter, undefined>

/** Returns true if the list shows a figure of the conversion report. */
export const hasCohort = ({ week, within, outcome }: ListSearch): boolean =>
  [week, within, outcome].some((one) => one !== undefined)

/** The changes that remove the cohort from a search. */
export const NO_COHORT = {
  by: undefined,
  week: undefined,
  lastWeek: undefined,
  within: undefined,
  outcome: undefined,
} satisfies Cohort
