import { isEnd, type Status } from '../situation.ts'

/** The details of a client's business that can be edited after creation, in words. */
export const EDITABLE_WORDS = {
  name: 'name',
  practiceCode: 'practice code',
  industry: 'industry',
  software: 'accounting software',
  softwareName: 'name of the software',
  solutions: 'solutions',
  country: 'country',
  currency: 'currency',
  companiesHouseNumber: 'company number',
  contact: 'contact',
  niNumber: 'National Insurance number',
  postcode: 'postcode',
  incomeSources: 'income sources',
} as const satisfies Record<string, string>
export type Editable = keyof typeof EDITABLE_WORDS
export const EDITABLE = Object.keys(EDITABLE_WORDS) as Editable[]

/**
 * The effect of an edit on a running onboarding. `invited_elsewhere`: the invitation went to `invited`; inviting again
 * sends it to the new address and ends the older link. `shown_from_now`: pages and later messages show the new value.
 */
export type EditEffect = {
  field: 'name' | 'contact.email' | 'contact.phone'
  effect: 'invited_elsewhere' | 'shown_from_now'
  invited: string | null
}

type Contact = { email: string | null; phone: string | null } | null

/** Returns the effects of the edits. `invitation`: the recipient of the present one; null if there is none. */
export function effectsOf(fields: Editable[], status: Status, contact: Contact, invitation: Contact): EditEffect[] {
  if (isEnd(status)) return []
  const touches: EditEffect[] = []
  if (fields.includes('name')) touches.push({ field: 'name', effect: 'shown_from_now', invited: null })
  if (!fields.includes('contact') || !invitation || status === 'accepted') return touches
  for (const way of ['email', 'phone'] as const) {
    const invited = invitation[way]
    if (invited !== null && contact?.[way] !== invited) {
      touches.push({ field: `contact.${way}`, effect: 'invited_elsewhere', invited })
    }
  }
  return touches
}
