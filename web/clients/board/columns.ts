import type { Column } from '../listSearch.ts'
import type { Row } from '../row/rowWords.ts'

export const COLUMN_NAMES: Record<Column, string> = {
  not_invited: 'Not invited',
  invited: 'Invited',
  unanswered: 'Expired, declined',
  bank: 'Bank',
  books: 'Books',
  completed: 'Completed',
}

/** Returns a client's column on the board by the API's rule; null if the client appears only in the list. */
export function columnOf({ status, steps }: Row): Column | null {
  switch (status) {
    case 'creating':
    case 'not_invited':
      return 'not_invited'
    case 'invited':
      return 'invited'
    case 'expired':
    case 'declined':
      return 'unanswered'
    case 'accepted':
      return steps.some(({ kind, state }) => kind === 'bank' && state !== 'done' && state !== 'skipped')
        ? 'bank'
        : 'books'
    case 'completed':
      return 'completed'
    default:
      return null
  }
}
