/** The industries that are offered; any other is kept as it was written. */
export const INDUSTRIES = [
  'agriculture',
  'arts_and_entertainment',
  'charity',
  'construction',
  'consulting',
  'education',
  'finance_and_insurance',
  'food_and_drink',
  'health_and_care',
  'hospitality',
  'information_technology',
  'legal',
  'manufacturing',
  'personal_services',
  'property',
  'retail',
  'transport',
  'wholesale',
] as const

/** The offered industry that this names, however its words are written; null when it is another one. */
export function offeredIndustry(text: string): string | null {
  const plain = text
    .trim()
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replace(/[\s_-]+/g, '_')
  return INDUSTRIES.find((industry) => industry === plain) ?? null
}
