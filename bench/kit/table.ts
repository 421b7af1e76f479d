/** One line of the report. `aim` is empty without one; `note` says what the figure depends on. */
export type Row = { measure: string; value: string; aim?: string; note?: string }

/** Returns the rows as a Markdown table with aligned columns. */
export function tableOf(rows: Row[]): string {
  const cells = [
    ['measure', 'value', 'aim', 'note'],
    ...rows.map(({ measure, value, aim = '', note = '' }) => [measure, value, aim, note]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(3, ...cells.map((line) => line[column]?.length ?? 0)))
  const lines = cells.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`)
  return lines.join('\n')
}

/** Returns the value below which the share `q` (0–1) of the values lies; NaN for none. */
export function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

/** Returns p50 and p95 of values in ms, in words. */
export function spread(valuesMs: number[]): string {
  const round = (ms: number) => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0))
  return `${round(quantile(valuesMs, 0.5))} / ${round(quantile(valuesMs, 0.95))} ms`
}

/** Returns the median of several measurements of the same, with the least and the most. */
export function range(values: number[], digits: number): string {
  const [median, least, most] = [0.5, 0, 1].map((q) => quantile(values, q).toFixed(digits))
  return `${median} (${least}–${most})`
}

/** Runs and prints a measurement if its file is the main program. */
export async function runAlone(url: string, measure: () => Promise<Row[]>): Promise<void> {
  if (process.argv[1] === undefined || url !== new URL(`file://${process.argv[1]}`).href) return
  const rows = await measure()
  console.log(`\n${tableOf(rows)}`)
  process.exit(0)
}
