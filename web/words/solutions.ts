const KNOWN: Record<string, string> = { vat: 'VAT', paye: 'PAYE', cis: 'CIS' }

/** Returns `annual_accounts` as `Annual accounts`; a solution in the practice's own words unchanged. */
export function solutionOf(solution: string): string {
  const known = KNOWN[solution.toLowerCase()]
  if (known) return known
  if (!/^[a-z0-9_]+$/.test(solution)) return solution
  return `${solution.charAt(0).toUpperCase()}${solution.slice(1).replaceAll('_', ' ')}`
}
