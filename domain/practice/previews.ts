/** The forms in which something reaches a client. */
export const PREVIEW_FORMS = ['page', 'mail', 'text'] as const
export type PreviewForm = (typeof PREVIEW_FORMS)[number]

/** The things that staff can preview, with their names and forms, in the order in which clients meet them. */
export const PREVIEWS = {
  invitation: { label: 'Invitation', forms: ['page', 'mail', 'text'] },
  reminder_1: { label: 'First reminder', forms: ['mail', 'text'] },
  reminder_2: { label: 'Second reminder', forms: ['mail', 'text'] },
  reminder_3: { label: 'Last reminder', forms: ['mail', 'text'] },
  bank_left: { label: 'Accepted, bank still open', forms: ['page', 'mail', 'text'] },
  books_left: { label: 'Accepted, software still open', forms: ['page', 'mail', 'text'] },
  all_banks: { label: 'Bank shared, is that all?', forms: ['mail', 'text'] },
  another_bank: { label: 'Another bank', forms: ['mail', 'text'] },
  new_link: { label: 'New link', forms: ['mail', 'text'] },
  expired: { label: 'Link expired', forms: ['page', 'mail'] },
  withdrawn: { label: 'Invitation withdrawn', forms: ['page', 'mail'] },
  done: { label: 'All done', forms: ['page', 'mail'] },
  renewal: { label: 'Keep sharing?', forms: ['mail', 'text'] },
  confirmed_for_client: { label: 'Confirmed for the client', forms: ['mail', 'text'] },
  access_ended: { label: 'Sharing has ended', forms: ['mail', 'text'] },
} as const satisfies Record<string, { label: string; forms: readonly PreviewForm[] }>
export type PreviewKind = keyof typeof PREVIEWS
