import type { Practice } from '../../settings/queries.ts'
import type { Typed } from './drafts/typed.ts'
import type { Draft, DraftCheck } from './queries.ts'

export type Notice = DraftCheck['notices'][number]

/** The props of every wizard page. Field paths are those of the API: `organisation.name`. */
export type Form = {
  draft: Draft
  practice: Practice
  typed: Typed
  set: (changes: Partial<Typed>) => void
  errorAt: (field: string) => string | undefined
  noticesAt: (field: string) => Notice[]
  /** True if the address to invite already belongs to a user of Embark. */
  isInUse: boolean
}

/** Returns the id of a field's control, or of the element around its controls. */
export const idOf = (field: string): string => `field-${field}`

/** Focuses a field, or the first control of a group. */
export function focusField(field: string): void {
  const found = document.getElementById(idOf(field)) ?? document.getElementById(idOf(field.replace(/[.[][^.[]*$/, '')))
  const control = found?.matches('input, textarea, button')
    ? found
    : found?.querySelector<HTMLElement>('input:not([disabled]), textarea, button')
  ;(control as HTMLElement | undefined)?.focus()
}
