import type { Typed } from './drafts/typed.ts'
import type { Draft, DraftCheck, Step } from './queries.ts'

/** A page of the wizard. `reason` says why it has nothing to do; such a page is skipped. */
export type Page = { step: Step; label: string; reason: string | null }

const LABELS: Record<Step, string> = {
  solutions: 'Solutions',
  software: 'Software',
  details: 'Details',
  income: 'Income',
  access: 'Access',
  invitation: 'Invitation',
  summary: 'Summary',
}

export const labelOf = (step: Step): string => LABELS[step]

/** Returns the wizard's pages in order for a kind of client. */
export function pagesOf(kind: Draft['kind'], about: { colleagues: number; solutions: number }): Page[] {
  const steps: Step[] =
    kind === 'business'
      ? ['solutions', 'software', 'details', 'access', 'invitation', 'summary']
      : ['details', 'income', 'access', 'invitation', 'summary']
  const reasons: Partial<Record<Step, string>> = {
    ...(about.colleagues === 0 && { access: 'you have no colleagues yet' }),
    ...(about.solutions === 0 && { solutions: 'your practice lists none' }),
  }
  return steps.map((step) => ({ step, label: LABELS[step], reason: reasons[step] ?? null }))
}

/** Returns the page that shows a field of the API. */
export function stepOf(field: string): Step {
  if (field.startsWith('organisation.solutions')) return 'solutions'
  if (field === 'draft' || field.startsWith('organisation.software')) return 'software'
  if (field.startsWith('organisation.incomeSources')) return 'income'
  if (/^(access|accountManager)\b/.test(field)) return 'access'
  if (/^(invitation|steps)\b/.test(field)) return 'invitation'
  return 'details'
}

export type Wrong = DraftCheck['errors'][number]

/** Maps the API's errors to the wizard's fields and wording, without duplicates. */
export function onPages(kind: Draft['kind'], typed: Typed, errors: Wrong[]): Wrong[] {
  const placed = errors.map((error) => {
    const { field } = error
    // The wizard asks for a self-employed person's name once, as the contact's name.
    if (kind === 'self_employed' && field === 'organisation.name') {
      const isMissing = error.code === 'required'
      return {
        ...error,
        field: 'organisation.contact.name',
        message: isMissing ? 'Enter their name.' : error.message,
      }
    }
    const [, at] = /^organisation\.incomeSources\[(\d+)\]\.type$/.exec(field) ?? []
    if (at === undefined) return error
    const name = typed.sources[Number(at)]?.name.trim()
    return { ...error, message: `Choose a type for ${name || `income source ${Number(at) + 1}`}.` }
  })
  return placed.filter(
    ({ field, code }, at) => placed.findIndex((one) => one.field === field && one.code === code) === at,
  )
}
