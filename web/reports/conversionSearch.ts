import { dayIn, type Search, valuesOf } from '../api/search.ts'

/** Parses the report's address; drops an unknown number of days, and what is no date. */
export function readConversionSearch(search: Search): { days?: 7 | 14 | 30; asOf?: string } {
  const days = ([7, 14, 30] as const).find((one) => String(one) === valuesOf(search.days)[0])
  const asOf = dayIn(search.asOf)
  return { ...(days && { days }), ...(asOf && { asOf }) }
}
