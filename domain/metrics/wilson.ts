/** The 97.5 % point of the normal distribution: 95 % lie within ±Z. */
const Z = 1.959963984540054

/**
 * Returns the 95 % interval (Wilson's score) of `hits` in `n`, both ends between 0 and 1. Null for n = 0. It is exact
 * enough for a handful, where the usual interval is not: E. B. Wilson, "Probable inference, the law of succession, and
 * statistical inference", Journal of the American Statistical Association 22 (1927), 209–212.
 */
export function wilson(hits: number, n: number): { low: number; high: number } | null {
  if (n === 0) return null
  const share = hits / n
  const z2 = Z * Z
  const middle = share + z2 / (2 * n)
  const reach = Z * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n))
  const scale = 1 + z2 / n
  return { low: Math.max(0, (middle - reach) / scale), high: Math.min(1, (middle + reach) / scale) }
}
