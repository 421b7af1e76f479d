import { Button, Group, Text, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import classes from './Conversion.module.css'
import { dateName } from './dates.ts'

const FIRST_DAY = '2000-01-01'

/** Returns the reason why a report can't be read as of a day (`2026-03-10`, empty for none); null if it can. */
export function refusalOf(day: string, today: string): string | null {
  if (day === '') return 'Enter a day, for example yesterday’s.'
  if (day > today) return 'Choose a day up to today: what is to come isn’t known yet.'
  return day < FIRST_DAY ? 'There are no figures before 2000.' : null
}

/** Chooses the day of the report: today, or a past one, under a line that says so and leads back. */
export function AsOf(props: { day: string; today: string; onChange: (day: string | undefined) => void }) {
  const { day, today, onChange } = props
  const field = useRef<HTMLInputElement>(null)
  // A day that can't be chosen, as while a year is typed; it is refused in words once the field is left.
  const [draft, setDraft] = useState<string | null>(null)
  const [isLeft, setLeft] = useState(false)
  const refusal = refusalOf(draft ?? day, today)
  const choose = (typed: string) => {
    const isRefused = refusalOf(typed, today) !== null
    setDraft(isRefused ? typed : null)
    if (!isRefused) onChange(typed === today ? undefined : typed)
  }
  const isPast = day < today && refusalOf(day, today) === null
  return (
    <>
      <Group gap="sm" wrap="nowrap">
        <Text component="label" htmlFor="as-of" size="sm">
          As of
        </Text>
        <TextInput
          ref={field}
          id="as-of"
          type="date"
          size="sm"
          min={FIRST_DAY}
          max={today}
          value={draft ?? day}
          error={(draft === null || isLeft) && refusal}
          onChange={(event) => choose(event.currentTarget.value)}
          onFocus={() => setLeft(false)}
          onBlur={() => setLeft(true)}
        />
      </Group>
      <div className={classes.past}>
        <span role="status">
          {isPast && (
            <>
              <strong>As it was on {dateName(day)}.</strong> Figures don’t open lists, because lists show today.
            </>
          )}
        </span>
        {isPast && (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => {
              choose(today)
              field.current?.focus()
            }}
          >
            Back to today
          </Button>
        )}
      </div>
    </>
  )
}
