/**
 * Placeholders in the rows of a life for the texts that differ between its copies. Each is a column of `copy`
 * (`copies.ts`); where a copy has none, the column that holds it becomes null.
 */
export const BLANKS = {
  company: '§company§',
  person: '§person§',
  email: '§email§',
  phone: '§phone§',
  office: '§office§',
  other: '§other§',
  staff: '§staff§',
  inviter: '§inviter§',
} as const
export type Blank = keyof typeof BLANKS
