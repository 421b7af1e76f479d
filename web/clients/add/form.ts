import type { Practice } from '../../settings/queries.ts'
import type { Typed } from './drafts/typed.ts'
import type { Draft, DraftCheck } from './queries.ts'

export type Notice = DraftCheck['notices'][number]

/** What every page of the wizard is given. Fields are named as the API names them. */
export type Form = {
  draft: Draft
  practice: Practice
  typed: Typed
  set: (changes: Partial<Typed>) => void
  errorAt: (field: string) => string | undefined
  noticesAt: (field: string) => Notice[]
  /** Somebody on Embark has the address that is to be invited. */
  isInUse: boolean
}

/** The id of a field's control, or of what holds its controls. */
export const idOf = (field: string): string => `field-${field}`

/** Puts the focus on a field, or on the first control of several. */
export function focusField(field: string): void {
  const found = document.getElementById(idOf(field)) ?? document.getElementById(idOf(field.replace(/[.[][^.[]*$/, '')))
  const control = found?.matches('input, textarea, button')
    ? found
    : found?.querySelector<HTMLElement>('input:not([disabled]), textarea, button')
  ;(control as HTMLElement | undefined)?.focus()
}
