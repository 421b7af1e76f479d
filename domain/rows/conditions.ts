import type { Blocker, Mover } from '../describe.ts'
import { DAY_MS, type Instant, type Status } from '../situation.ts'

/**
 * What narrows a list. Values of one name widen, different names narrow, and what is not said narrows nothing. The database
 * asks it of its columns (`db/list/conditions.ts`), the app of the rows that it holds (`holds`).
 */
export type Condition = {
  statuses?: readonly Status[]
  /** Any open thing, what leads or what is also open, is the turn of one of these. */
  moves?: readonly Mover[]
  /** The same of what is waited for. */
  blockers?: readonly Blocker[]
  /** Account managers, by id. */
  managers?: readonly string[]
  /** Staff have to put something right, or it takes longer than usual. */
  attention?: boolean
  /** Whether the bank's step is open. */
  isBankOpen?: boolean
  completedWithinMs?: number
}

/** The views of the list by name, in their order. `mine` is what the person who asks manages. */
const OF_VIEW = {
  attention: { attention: true },
  us: { moves: ['practice'] },
  client: { moves: ['client'] },
  // A client being set up and not invited yet is one of these a moment later.
  not_invited: { statuses: ['creating', 'not_invited'] },
  expired: { statuses: ['expired'] },
  completed: { statuses: ['completed'] },
  mine: {},
  all: {},
} satisfies Record<string, Condition>
export type View = keyof typeof OF_VIEW
export const VIEWS = Object.keys(OF_VIEW) as [View, ...View[]]

/** Returns what a view holds for a person; null for a caller who is none, and so has no clients of their own. */
export const conditionOfView = (view: View, person: string | null): Condition =>
  view === 'mine' ? { managers: person === null ? [] : [person] } : OF_VIEW[view]

/** The columns of the board by name, in the order of the journey. An accepted client stands at the bank while that is open. */
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

/** What conditions look at of a client. */
export type Standing = {
  status: Status
  /** What leads, then what is also open. */
  open: readonly { move: Mover | null; blockedBy: Blocker | null }[]
  needsAttention: boolean
  managerId: string | null
  isBankOpen: boolean
  completedAt: Instant | null
}

const isAmong = <T>(values: readonly T[] | undefined, value: T | null): boolean =>
  !values?.length || (value !== null && values.includes(value))

/** Returns true if a client meets a condition. */
export function holds(condition: Condition, client: Standing, now: Instant): boolean {
  const { statuses, moves, blockers, managers, attention, isBankOpen, completedWithinMs } = condition
  return (
    isAmong(statuses, client.status) &&
    client.open.some(({ move }) => isAmong(moves, move)) &&
    client.open.some(({ blockedBy }) => isAmong(blockers, blockedBy)) &&
    isAmong(managers, client.managerId) &&
    (!attention || client.needsAttention) &&
    (isBankOpen === undefined || isBankOpen === client.isBankOpen) &&
    (completedWithinMs === undefined || (client.completedAt !== null && client.completedAt >= now - completedWithinMs))
  )
}
