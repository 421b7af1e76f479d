/** The forms in which something reaches a client. */
export const PREVIEW_FORMS = ['page', 'mail', 'text'] as const
export type PreviewForm = (typeof PREVIEW_FORMS)[number]

/** The things that staff can preview, with their forms, in the order in which clients meet them. */
export const PREVIEWS = {
  invitation: ['page', 'mail', 'text'],
  reminder_1: ['mail', 'text'],
  reminder_2: ['mail', 'text'],
  reminder_3: ['mail', 'text'],
  bank_left: ['page', 'mail', 'text'],
  books_left: ['page', 'mail', 'text'],
  new_link: ['mail', 'text'],
  expired: ['page', 'mail'],
  withdrawn: ['page', 'mail'],
  done: ['page', 'mail'],
} as const satisfies Record<string, readonly PreviewForm[]>
export type PreviewKind = keyof typeof PREVIEWS
