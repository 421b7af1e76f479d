/** The industries to choose from. Any other is kept as typed. */
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

/** Returns the offered industry of this name, whatever its case and separators; null for any other. */
export function offeredIndustry(text: string): string | null {
  const plain = text
    .trim()
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replace(/[\s_-]+/g, '_')
  return INDUSTRIES.find((industry) => industry === plain) ?? null
}
