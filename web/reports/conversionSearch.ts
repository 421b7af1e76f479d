import { type Search, valuesOf } from '../api/search.ts'

/** Parses the report's address; drops an unknown number of days. */
export function readConversionSearch(search: Search): { days?: 7 | 14 | 30 } {
  const days = ([7, 14, 30] as const).find((one) => String(one) === valuesOf(search.days)[0])
  return days ? { days } : {}
}
