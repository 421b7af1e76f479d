/** Kinds of client: a business, or one person with income sources. A kind never changes. */
export const KINDS = ['business', 'self_employed'] as const
export type Kind = (typeof KINDS)[number]

/** Returns the kinds that a practice of this country may add: self-employed clients report to the UK's HMRC. */
export const kindsIn = (country: string | undefined): readonly Kind[] => (country === 'GB' ? KINDS : ['business'])

/** The part of a client that `problemsOfKind` checks. */
type Kinded = {
  kind: Kind
  contact?: { name: string | null; email?: string | null | undefined } | null | undefined
  hasNiNumber: boolean
  incomeSources?: readonly unknown[] | null | undefined
}

/** A field that the client's kind requires or forbids. */
export type KindProblem =
  | { code: 'required'; field: 'contact.name' | 'contact.email' | 'incomeSources' }
  | { code: 'self_employed_only'; field: 'niNumber' | 'incomeSources' }

/**
 * Returns every field that is wrong for the client's kind. A self-employed client needs a contact with an e-mail
 * address and an income source; a business has neither a National Insurance number nor income sources.
 */
export function problemsOfKind({ kind, contact, hasNiNumber, incomeSources }: Kinded): KindProblem[] {
  const hasIncome = (incomeSources ?? []).length > 0
  const isWrong: [boolean, KindProblem][] =
    kind === 'self_employed'
      ? [
          [!contact?.name, { code: 'required', field: 'contact.name' }],
          [!contact?.email, { code: 'required', field: 'contact.email' }],
          [!hasIncome, { code: 'required', field: 'incomeSources' }],
        ]
      : [
          [hasNiNumber, { code: 'self_employed_only', field: 'niNumber' }],
          [hasIncome, { code: 'self_employed_only', field: 'incomeSources' }],
        ]
  return isWrong.flatMap(([wrong, problem]) => (wrong ? [problem] : []))
}
