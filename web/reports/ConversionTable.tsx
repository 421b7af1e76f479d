import { Table } from '@mantine/core'
import classes from './Conversion.module.css'
import { cellOf, HORIZONS, horizonOf, type Week, weekName } from './conversionWords.ts'

/** The figures of the chart, the latest week first; on a phone a card for each. */
export const ConversionTable = ({ weeks }: { weeks: Week[] }) => (
  <div className={classes.frame}>
    <Table className={classes.table} aria-label="Week by week">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Week of</Table.Th>
          <Table.Th className={classes.figure}>Invited</Table.Th>
          {HORIZONS.map((days) => (
            <Table.Th key={days} className={classes.figure}>
              Within {days} days
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {weeks.map((week) => (
          <Table.Tr key={week.week}>
            <Table.Th scope="row">{weekName(week.week)}</Table.Th>
            <Table.Td className={classes.figure} data-label="Invited">
              {week.n}
            </Table.Td>
            {HORIZONS.map((days) => {
              const horizon = horizonOf(week, days)
              const cell = horizon && cellOf(horizon, week.n)
              return (
                <Table.Td
                  key={days}
                  className={classes.figure}
                  data-label={`Within ${days} days`}
                  data-weak={cell?.isWeak || undefined}
                >
                  {cell?.figure} <span className={classes.more}>{cell?.more}</span>
                </Table.Td>
              )
            })}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </div>
)
