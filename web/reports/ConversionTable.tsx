import { Paper, Table } from '@mantine/core'
import { useWindowEvent } from '@mantine/hooks'
import { type KeyboardEvent, useContext, useRef, useState } from 'react'
import { OUTCOMES, type Outcome } from '../../domain/metrics/outcomes.ts'
import { OUTCOME_WORDS } from '../../domain/rows/stateWords.ts'
import { isElsewhere } from '../components/isElsewhere.ts'
import { areLettersOn } from '../shell/preferences.ts'
import classes from './Conversion.module.css'
import { cellOf, type Days, HORIZONS, horizonOf, SPAN_WORDS, type Week } from './conversionWords.ts'
import { cohortName } from './dates.ts'
import { Figure, Shown } from './Figure.tsx'

/** Returns the heading of a horizon's column; the first names the subject for all. */
const headOf = (days: Days): string => `${days === HORIZONS[0] ? 'Bank within' : 'within'} ${days} days`

/** The columns after the bank's. */
const UNACCEPTED = OUTCOMES.filter((one) => one !== 'accepted')

/** The moves of the focus by arrow keys. */
const STEPS: Record<string, [row: number, column: number]> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
}

/**
 * The chart's figures as a table, latest first; on a phone a card per row. Each figure opens its clients. `t`
 * focuses the table, arrow keys move between figures, and one figure is in the tab order.
 */
export function ConversionTable({ weeks, zone }: { weeks: Week[]; zone: string }) {
  const { by } = useContext(Shown)
  const [at, setAt] = useState<[row: number, column: number]>([0, 0])
  const table = useRef<HTMLTableElement>(null)
  const goTo = (row: number, column: number) => {
    const figure = table.current?.querySelector<HTMLElement>(`[data-place="${row}:${column}"]`)
    if (!figure) return
    setAt([row, column])
    figure.focus()
  }
  useWindowEvent('keydown', (event) => {
    if (event.key !== 't' || isElsewhere(event) || !areLettersOn()) return
    event.preventDefault()
    goTo(...at)
  })
  const step = (event: KeyboardEvent) => {
    const by = STEPS[event.key]
    if (!by || !(event.target as Element).matches('[data-place]')) return
    event.preventDefault()
    goTo(at[0] + by[0], at[1] + by[1])
  }
  const placed = (row: number, column: number) => ({
    place: `${row}:${column}`,
    tabIndex: at[0] === row && at[1] === column ? 0 : -1,
  })
  const answer = (week: Week, outcome: Outcome, row: number, column: number) => (
    <Table.Td key={outcome} className={classes.figure} data-label={OUTCOME_WORDS[outcome]}>
      <Figure search={{ week: week.week, outcome }} {...placed(row, column)}>
        {week.outcomes[outcome]}
      </Figure>
    </Table.Td>
  )
  return (
    <Paper className={classes.frame}>
      <Table ref={table} className={classes.table} aria-label={SPAN_WORDS[by].title} onKeyDown={step}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{SPAN_WORDS[by].head}</Table.Th>
            <Table.Th className={classes.figure}>Invited</Table.Th>
            <Table.Th className={classes.figure}>{OUTCOME_WORDS.accepted}</Table.Th>
            {HORIZONS.map((days) => (
              <Table.Th key={days} className={classes.figure}>
                {headOf(days)}
              </Table.Th>
            ))}
            {UNACCEPTED.map((outcome) => (
              <Table.Th key={outcome} className={classes.figure}>
                {OUTCOME_WORDS[outcome]}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {weeks.map((week, row) => (
            <Table.Tr key={week.week}>
              <Table.Th scope="row">{cohortName(week.week, by)}</Table.Th>
              <Table.Td className={classes.figure} data-label="Invited">
                <Figure search={{ week: week.week }} {...placed(row, 0)}>
                  {week.n}
                </Figure>
              </Table.Td>
              {answer(week, 'accepted', row, 1)}
              {HORIZONS.map((days, column) => {
                const horizon = horizonOf(week, days)
                const cell = horizon && cellOf(horizon, week, zone)
                return (
                  <Table.Td
                    key={days}
                    className={classes.figure}
                    data-label={headOf(days)}
                    data-weak={cell?.isWeak || undefined}
                  >
                    <span data-tip={cell?.tip}>
                      <Figure
                        search={{ week: week.week, ...(horizon?.mature && { within: days }) }}
                        {...placed(row, column + 2)}
                      >
                        {cell?.figure}
                      </Figure>{' '}
                      <span className={classes.more}>{cell?.more}</span>
                    </span>
                  </Table.Td>
                )
              })}
              {UNACCEPTED.map((outcome, column) => answer(week, outcome, row, HORIZONS.length + 2 + column))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  )
}
