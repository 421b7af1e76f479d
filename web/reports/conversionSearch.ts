import { dayIn, type Search, valuesOf } from '../api/search.ts'

/** The state of the report, as kept in the address: by week, and as of today, unless it says otherwise. */
export type ConversionSearch = { days?: 7 | 14 | 30; by?: 'month'; asOf?: string }

/** Parses the report's address; drops unknown values. */
export function readConversionSearch(search: Search): ConversionSearch {
  const days = ([7, 14, 30] as const).find((one) => String(one) === valuesOf(search.days)[0])
  const asOf = dayIn(search.asOf)
  return { ...(days && { days }), ...(search.by === 'month' && { by: search.by }), ...(asOf && { asOf }) }
}
