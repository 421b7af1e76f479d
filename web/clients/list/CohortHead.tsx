import { Button, Group, Title } from '@mantine/core'
import { OUTCOME_WORDS } from '../../../domain/rows/stateWords.ts'
import { cohortName, dateName } from '../../reports/dates.ts'
import { type ListSearch, NO_COHORT } from '../listSearch.ts'

const WEEK_MS = 7 * 86_400_000

/** Returns the Sunday of the week that starts on the given Monday (`2026-02-09`). */
const sundayOf = (week: string): string => new Date(Date.parse(week) + WEEK_MS - 1).toISOString().slice(0, 10)

/** Names the listed cohort: `24 clients: bank connected within 14 days, invited in the week of 9 Feb 2026`. */
export function CohortHead(props: {
  search: ListSearch
  count: number
  isMore: boolean
  onChange: (changes: Partial<ListSearch>) => void
}) {
  const { search, count, isMore, onChange } = props
  const { by = 'week', week, lastWeek, within, outcome } = search
  const invited =
    week &&
    (lastWeek && lastWeek !== week
      ? `invited ${cohortName(week, by)} – ${by === 'week' ? dateName(sundayOf(lastWeek)) : cohortName(lastWeek, by)}`
      : `invited in ${by === 'week' ? 'the week of ' : ''}${cohortName(week, by)}`)
  const said = [
    outcome && OUTCOME_WORDS[outcome].toLowerCase(),
    within && `bank connected within ${within} days`,
    invited,
  ]
    .filter(Boolean)
    .join(', ')
  const number = `${count}${isMore ? '+' : ''}`
  return (
    <Group gap="md" mb="md">
      <Title order={2}>
        {number} {number === '1' ? 'client' : 'clients'}: {said}
      </Title>
      <Button variant="default" onClick={() => onChange(NO_COHORT)}>
        Show all
      </Button>
    </Group>
  )
}
