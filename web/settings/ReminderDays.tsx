import { TagsInput } from '@mantine/core'
import { listed } from '../../domain/practice/rightWords.ts'
import { Select } from '../components/Select.tsx'

const MOST_DAYS = 3
const LATEST = 59

/** Chooses the days of reminders: the default (null), chosen days, or none (an empty list). */
export function ReminderDays(props: {
  label: string
  /** The default days. */
  usual: number[]
  value: number[] | null
  onChange: (days: number[] | null) => void
  error: string | undefined
}) {
  const { label, usual, value, onChange, error } = props
  const how = value === null ? 'usual' : value.length === 0 ? 'never' : 'chosen'
  const choices = { usual: null, chosen: usual, never: [] }
  return (
    <>
      <Select
        label={label}
        description="For clients added from now on. The last of them says that it is the last."
        data={[
          { value: 'usual', label: `On days ${listed(usual.map(String))}` },
          { value: 'chosen', label: 'On other days' },
          { value: 'never', label: 'None' },
        ]}
        value={how}
        onChange={(chosen) => chosen && onChange(choices[chosen as keyof typeof choices])}
        error={how === 'chosen' ? undefined : error}
      />
      {how === 'chosen' && (
        <TagsInput
          label={`${label}: on which days`}
          description="Up to three, each a number of days. Enter adds one."
          maxTags={MOST_DAYS}
          splitChars={[',', ' ']}
          acceptValueOnBlur
          value={(value ?? []).map(String)}
          onChange={(given) => onChange(daysOf(given, value ?? []))}
          error={error}
        />
      )}
    </>
  )
}

/** Returns the valid typed days, sorted and unique. The last day stays, because "None" is its own choice. */
function daysOf(given: string[], before: number[]): number[] {
  const days = given.map(Number).filter((day) => Number.isInteger(day) && day >= 1 && day <= LATEST)
  return days.length > 0 ? [...new Set(days)].sort((a, b) => a - b) : before.slice(0, 1)
}
