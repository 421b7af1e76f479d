import { type Search, valuesOf } from '../api/search.ts'

/** Within how many days, as the report's address says. */
export function readConversionSearch(search: Search): { days?: 7 | 14 | 30 } {
  const days = ([7, 14, 30] as const).find((one) => String(one) === valuesOf(search.days)[0])
  return days ? { days } : {}
}
