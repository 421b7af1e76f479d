import { Button, Group, Paper, SegmentedControl, Skeleton, Table, Text, Title } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useContext } from 'react'
import { zonedDate } from '../../domain/fields/days.ts'
import { zoneWords } from '../../domain/words/dates.ts'
import { fileAddress } from '../api/fileAddress.ts'
import { EmptyState } from '../components/page/EmptyState.tsx'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { Select } from '../components/Select.tsx'
import { useNow } from '../components/useNow.ts'
import { useZone } from '../shell/useMe.ts'
import { AsOf, refusalOf } from './AsOf.tsx'
import classes from './Conversion.module.css'
import { ConversionChart } from './ConversionChart.tsx'
import { ConversionTable } from './ConversionTable.tsx'
import {
  type Days,
  HORIZONS,
  halfTook,
  overall,
  percent,
  type Report,
  rangeOf,
  SPAN_WORDS,
  TOO_FEW,
} from './conversionWords.ts'
import { dayName } from './dates.ts'
import { Figure, Shown } from './Figure.tsx'
import { reportQuery } from './queries.ts'

const route = getRouteApi('/staff/reports/conversion')

/** The report of the share of invited clients who connected a bank, by week or month, as of a day. */
export function ConversionPage() {
  const search = route.useSearch()
  const { days = 14, by = 'week' } = search
  const navigate = route.useNavigate()
  const today = zonedDate(useNow(), useZone()).date
  const { asOf: day = today } = search
  const asOf = day === today || refusalOf(day, today) ? undefined : day
  const report = useQuery(reportQuery({ by: search.by, asOf }))
  const weeks = report.data?.weeks
  const change = (changes: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false })
  return (
    <>
      <PageTitle title="Conversion">
        {(weeks || !report.error) && (
          <Button
            component="a"
            href={fileAddress('/api/v1/reports/conversion/export', { by: search.by, asOf })}
            download="conversion.csv"
            variant="default"
            // Hidden instead of removed if there is nothing to download, so that nothing moves.
            style={weeks?.length === 0 ? { visibility: 'hidden' } : undefined}
            leftSection={<IconDownload size={16} stroke={1.75} />}
          >
            Download CSV
          </Button>
        )}
      </PageTitle>
      <Group gap="sm" mb="xl">
        <Text size="sm" id="within">
          Invited to bank connected, within
        </Text>
        <SegmentedControl
          size="sm"
          aria-labelledby="within"
          value={String(days)}
          onChange={(value) => change({ days: HORIZONS.find((one) => String(one) === value) })}
          data={HORIZONS.map((one) => ({ value: String(one), label: `${one} days` }))}
        />
        <Group gap="sm" wrap="nowrap">
          <Text component="label" htmlFor="by" size="sm">
            By
          </Text>
          <Select
            id="by"
            size="sm"
            w={112}
            data={Object.keys(SPAN_WORDS)}
            value={by}
            onChange={(value) => change({ by: value === 'month' ? value : undefined })}
          />
        </Group>
        <AsOf day={day} today={today} onChange={(chosen) => change({ asOf: chosen })} />
      </Group>
      {report.error && !report.data ? (
        <ErrorState title="We couldn’t load this report" error={report.error} onRetry={report.refetch} />
      ) : report.data ? (
        <Shown value={{ by, isPast: asOf !== undefined }}>
          <Blocks report={report.data} days={days} />
        </Shown>
      ) : (
        <ToCome title={SPAN_WORDS[by].title} />
      )}
    </>
  )
}

function Blocks({ report, days }: { report: Report; days: Days }) {
  const { by, isPast } = useContext(Shown)
  const weeks = report.weeks
  const day = (at: number) => dayName(at, report.timeZone)
  if (weeks.every(({ n }) => n === 0)) {
    const period = isPast ? `half year before ${day(Date.parse(report.asOf))}` : 'last half year'
    return (
      <EmptyState title={`No invitations in the ${period}`}>
        The report begins with the first client you invite.
      </EmptyState>
    )
  }
  const whole = overall(weeks, days)
  const half = halfTook(report.medians.find((one) => one.days === days)?.hours ?? null)
  const period = ({ from, to }: { from: string; to: string }) =>
    `from ${day(Date.parse(from))} to ${day(Date.parse(to) - 1)}`
  return (
    <>
      {whole ? (
        <p className={classes.headline}>
          {whole.n < TOO_FEW ? (
            <span>
              <Figure search={whole.weeks}>{whole.n === 1 ? '1 client' : `${whole.n} clients`}</Figure> invited{' '}
              {period(whole)}: too few to say how many connect a bank within {days} days.
            </span>
          ) : (
            <>
              <strong>
                <Figure search={{ ...whole.weeks, within: days }}>{percent(whole.rate)}</Figure>
              </strong>
              <span>
                of the <Figure search={whole.weeks}>{whole.n} clients</Figure> invited {period(whole)} connected a bank
                within {days} days. Likely range {rangeOf(whole.interval)}.{half && ` ${half}`}
              </span>
            </>
          )}
        </p>
      ) : (
        <p className={classes.headline}>
          <span>
            No {by} is old enough yet to say how many connect a bank within {days} days.
          </span>
        </p>
      )}
      <Paper p="lg">
        <ConversionChart weeks={weeks} days={days} />
        <Text size="xs" c="dimmed" mt="xs">
          Clients who connected a bank within {days} days of their first invitation, divided by all invited in the same{' '}
          {by}. The bar is the likely range. Hollow {by}s are still being counted; {by}s of fewer than five are not
          drawn.
        </Text>
        <HowWeCount />
      </Paper>
      <Title order={2} mt="2xl" mb="sm">
        {SPAN_WORDS[by].title}
      </Title>
      <ConversionTable weeks={[...weeks].reverse().filter(({ n }) => n > 0)} zone={report.timeZone} />
      <Text size="xs" c="dimmed" mt="sm">
        Counted on the practice’s clock ({zoneWords(report.timeZone)}). Left out: clients whose bank step is skipped, or
        was connected before they were invited.
      </Text>
    </>
  )
}

/** Explains the likely range on demand. */
const HowWeCount = () => (
  <details className={classes.how}>
    <summary>How we count</summary>
    With so few clients a figure is partly luck. The likely range is where the true figure lies 95 times in 100.
  </details>
)

const LINES = ['a', 'b', 'c', 'd', 'e', 'f']

const ToCome = ({ title }: { title: string }) => (
  <div aria-busy="true">
    <Skeleton height={36} width={360} mb="lg" />
    <Paper p="lg">
      <Skeleton height={220} />
    </Paper>
    <Table mt="xl" aria-label={title}>
      <Table.Tbody>
        {LINES.map((line) => (
          <Table.Tr key={line}>
            <Table.Td>
              <Skeleton height={16} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </div>
)
