const KNOWN: Record<string, string> = { vat: 'VAT', paye: 'PAYE', cis: 'CIS' }

/** `annual_accounts` as `Annual accounts`; what a practice wrote in its own words stays so. */
export function solutionOf(solution: string): string {
  const known = KNOWN[solution.toLowerCase()]
  if (known) return known
  if (!/^[a-z0-9_]+$/.test(solution)) return solution
  return `${solution.charAt(0).toUpperCase()}${solution.slice(1).replaceAll('_', ' ')}`
}
