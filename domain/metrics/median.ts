/** Fewer than this say nothing about the time that others take. */
const FEWEST = 5

/** Returns the hours within which at least half were done, from their number by hours; null for fewer than five. */
export function medianHours(counts: readonly { hours: number; n: number }[]): number | null {
  const total = counts.reduce((sum, { n }) => sum + n, 0)
  if (total < FEWEST) return null
  let done = 0
  for (const { hours, n } of [...counts].sort((one, other) => one.hours - other.hours)) {
    done += n
    if (done >= total / 2) return hours
  }
  return null
}
