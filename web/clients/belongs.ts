import {
  COLUMNS,
  type Column,
  conditionOfColumn,
  conditionOfView,
  holds,
  type Standing,
} from '../../domain/rows/conditions.ts'
import type { ListSearch } from './listSearch.ts'
import type { Row } from './row/rowWords.ts'

/** Returns true for a client that belongs to a list, or to one column of the board. Words searched for are the API's to match. */
export function belongs(row: Row, search: ListSearch, person: string | null, column?: Column): boolean {
  const {
    view = 'attention',
    stage: statuses,
    move: moves,
    manager: managers,
    solution: solutions,
    software,
    bank: banks,
    team: teams,
  } = search
  const conditions = [
    conditionOfView(view, person),
    { statuses, moves, managers, solutions, software, banks, teams },
    ...(column ? [conditionOfColumn(column)] : []),
  ]
  const client = standingOf(row)
  return conditions.every((one) => holds(one, client, Date.now()))
}

/** Returns the column of the board that a client stands in; null where it is only in the list. */
export const columnOf = (row: Row): Column | null =>
  COLUMNS.find((column) => holds(conditionOfColumn(column), standingOf(row), Date.now())) ?? null

/** Returns what conditions look at of a row. */
const standingOf = ({
  status,
  situation,
  accountManager,
  organisation,
  banks,
  teams,
  steps,
  completedAt,
  awaitedBanks,
}: Row): Standing => ({
  status,
  open: [situation, ...situation.also],
  needsAttention: situation.needsAttention,
  managerId: accountManager?.id ?? null,
  solutions: organisation.solutions,
  software: organisation.software,
  banks,
  teams,
  isBankOpen:
    steps.some(({ kind, state }) => kind === 'bank' && state !== 'done' && state !== 'skipped') ||
    awaitedBanks.some(({ state }) => state === 'open'),
  completedAt: completedAt === null ? null : Date.parse(completedAt),
})
