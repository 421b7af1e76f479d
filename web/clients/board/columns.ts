import type { Column } from '../../../domain/rows/conditions.ts'

export const COLUMN_NAMES: Record<Column, string> = {
  not_invited: 'Not invited',
  invited: 'Invited',
  unanswered: 'Expired, declined',
  bank: 'Bank',
  books: 'Books',
  completed: 'Completed',
}
