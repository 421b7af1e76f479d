import type { Blocker, Mover } from '../describe.ts'
import { DAY_MS, type Instant, type Status } from '../situation.ts'

/**
 * A filter of the list. Values of one name are alternatives, different names must all hold, and an absent name filters
 * nothing. The database applies it to columns (`db/list/conditions.ts`), the app to loaded rows (`holds`).
 */
export type Condition = {
  statuses?: readonly Status[]
  /** The turn of any open thing, leading or not. */
  moves?: readonly Mover[]
  /** The blocker of any open thing, leading or not. */
  blockers?: readonly Blocker[]
  /** Account managers, by id. */
  managers?: readonly string[]
  /** The services for the client, any of them. */
  solutions?: readonly string[]
  /** The accounting software, by id. */
  software?: readonly string[]
  /** The connected banks, by name. */
  banks?: readonly string[]
  /** Teams that may see the client by a rule of their own, by id. */
  teams?: readonly string[]
  /** Only clients that staff have to act on, or that take longer than usual. */
  attention?: boolean
  /** The bank step is open, or another bank is awaited (true); or neither (false). */
  isBankOpen?: boolean
  /** Completed so recently, or waited for again since. */
  completedWithinMs?: number
}

/** The views of the list by name, in their order. `mine` holds the clients that the caller manages. */
const OF_VIEW = {
  attention: { attention: true },
  us: { moves: ['practice'] },
  client: { moves: ['client'] },
  // A client that is being set up becomes one of these within moments.
  not_invited: { statuses: ['creating', 'not_invited'] },
  expired: { statuses: ['expired'] },
  completed: { statuses: ['completed'] },
  mine: {},
  all: {},
} satisfies Record<string, Condition>
export type View = keyof typeof OF_VIEW
export const VIEWS = Object.keys(OF_VIEW) as [View, ...View[]]

/** Returns the filter of a view. A null person has no clients of their own, so `mine` is empty. */
export const conditionOfView = (view: View, person: string | null): Condition =>
  view === 'mine' ? { managers: person === null ? [] : [person] } : OF_VIEW[view]

/** The columns of the board in the order of the journey. `bank` holds accepted clients whose bank step is open. */
const OF_COLUMN = {
  not_invited: { statuses: ['creating', 'not_invited'] },
  invited: { statuses: ['invited'] },
  unanswered: { statuses: ['expired', 'declined'] },
  bank: { statuses: ['accepted'], isBankOpen: true },
  books: { statuses: ['accepted'], isBankOpen: false },
  completed: { statuses: ['completed'], completedWithinMs: 30 * DAY_MS },
} satisfies Record<string, Condition>
export type Column = keyof typeof OF_COLUMN
export const COLUMNS = Object.keys(OF_COLUMN) as [Column, ...Column[]]

export const conditionOfColumn = (column: Column): Condition => OF_COLUMN[column]

/** The part of a client that conditions check. */
export type Standing = {
  status: Status
  /** The leading thing, then the other open ones. */
  open: readonly { move: Mover | null; blockedBy: Blocker | null }[]
  needsAttention: boolean
  managerId: string | null
  solutions: readonly string[]
  software: string | null
  banks: readonly (string | null)[]
  teams: readonly string[]
  isBankOpen: boolean
  completedAt: Instant | null
}

/** Returns true if no values are given, or one of them is among the client's own. */
const isAmong = <T>(values: readonly T[] | undefined, ...own: readonly (T | null)[]): boolean =>
  !values?.length || own.some((one) => one !== null && values.includes(one))

/** Returns true if a client meets a condition. */
export function holds(condition: Condition, client: Standing, now: Instant): boolean {
  const { statuses, moves, blockers, managers, solutions, software, banks, teams } = condition
  const { attention, isBankOpen, completedWithinMs } = condition
  return (
    isAmong(statuses, client.status) &&
    isAmong(moves, ...client.open.map(({ move }) => move)) &&
    isAmong(blockers, ...client.open.map(({ blockedBy }) => blockedBy)) &&
    isAmong(managers, client.managerId) &&
    isAmong(solutions, ...client.solutions) &&
    isAmong(software, client.software) &&
    isAmong(banks, ...client.banks) &&
    isAmong(teams, ...client.teams) &&
    (!attention || client.needsAttention) &&
    (isBankOpen === undefined || isBankOpen === client.isBankOpen) &&
    (completedWithinMs === undefined ||
      (client.completedAt !== null && client.completedAt >= now - completedWithinMs) ||
      client.open.some(({ move }) => move !== null))
  )
}
