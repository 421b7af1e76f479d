/** Returns the predicate of a `where` filter; null when the filter cannot be read. Supports ==, != and AND. */
export function whereFilter(where: string): ((record: Record<string, unknown>) => boolean) | null {
  const clauses = where
    .split(/\s+(?:AND|&&)\s+/i)
    .map((clause) => /^\s*\(?([A-Za-z.]+)\s*(==|!=)\s*(?:"([^"]*)"|(true|false))\)?\s*$/.exec(clause))
  if (clauses.some((clause) => clause === null)) return null
  return (record) =>
    clauses.every((clause) => {
      const [, field = '', operator, text, truth] = clause ?? []
      const wanted = truth === undefined ? text : truth === 'true'
      return (record[field] === wanted) === (operator === '==')
    })
}
