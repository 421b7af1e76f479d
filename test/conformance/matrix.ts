import { CONTRACTS, NONE, OUTCOMES, type Outcome } from './contracts.ts'

/** A test that ran. `suite`: the outermost one that it stands in; `outcomes`: those that it declares. */
export type Shown = { suite: string; title: string; outcomes: Outcome[]; passed: boolean }

type Cell = { shownBy: Shown[]; reason: string | null }

/** A provider's part of the matrix: its outcomes and the rows of its documentation, each with the tests that show it. */
type ProviderPart = { label: string; outcomes: [string, Cell][]; rows: [string, Cell][] }

const cell = (shownBy: Shown[], reason: string | undefined): Cell => ({ shownBy, reason: reason ?? null })

/** Returns the matrix that these tests show. */
export const matrixOf = (tests: Shown[]): ProviderPart[] =>
  Object.entries(CONTRACTS).map(([provider, { label, none, rows }]) => {
    const own = tests.filter(({ suite }) => suite === label || suite.endsWith(`: ${provider}`))
    return {
      label,
      outcomes: OUTCOMES.map((outcome) => [
        outcome,
        cell(
          own.filter(({ outcomes }) => outcomes.includes(outcome)),
          none[outcome],
        ),
      ]),
      rows: rows.map((row) => {
        const [name, shownBy] = typeof row === 'string' ? [row, row] : row
        const isNone = shownBy.startsWith(NONE)
        return [
          name,
          cell(
            own.filter(({ title }) => !isNone && title === shownBy),
            isNone ? shownBy : undefined,
          ),
        ]
      }),
    }
  })

/** Returns a sentence for each cell that is empty, fails, or has both tests and a reason to have none. */
export function problemsOf(matrix: ProviderPart[]): string[] {
  return matrix.flatMap(({ label, outcomes, rows }) =>
    [...outcomes, ...rows].flatMap(([name, { shownBy, reason }]) => {
      if (shownBy.length === 0) return reason === null ? [`${label}, ${name}: no test shows it`] : []
      if (reason !== null) return [`${label}, ${name}: a test shows it, and yet it says "${reason}"`]
      return shownBy.filter(({ passed }) => !passed).map(({ title }) => `${label}, ${name}: "${title}" fails`)
    }),
  )
}

/** Returns the matrix as lines of text: a table of outcomes, the reasons of its empty cells, and each provider's rows. */
export function printed(matrix: ProviderPart[]): string[] {
  const widths = OUTCOMES.map((outcome) => Math.max(outcome.length, 4))
  const first = Math.max(...matrix.map(({ label }) => label.length))
  const mark = ({ shownBy, reason }: Cell) => {
    if (shownBy.length === 0) return reason === null ? 'EMPTY' : 'none'
    return shownBy.every(({ passed }) => passed) ? 'pass' : 'FAIL'
  }
  const line = (name: string, cells: string[]) =>
    [name.padEnd(first), ...cells.map((text, at) => text.padEnd(widths[at] ?? 0))].join('  ').trimEnd()
  return [
    line('', [...OUTCOMES]),
    ...matrix.map(({ label, outcomes }) =>
      line(
        label,
        outcomes.map(([, one]) => mark(one)),
      ),
    ),
    ...matrix.flatMap(({ label, outcomes, rows }) => [
      '',
      label,
      ...[...outcomes.filter(([, { reason }]) => reason !== null), ...rows].map(
        ([name, one]) => `  ${mark(one).padEnd(5)}  ${name}${one.reason ? `: ${one.reason.slice(NONE.length)}` : ''}`,
      ),
    ]),
  ]
}
