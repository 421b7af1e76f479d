import { TextInput } from '@mantine/core'

/** A date field with limits (all dates as `2026-03-10`); it has the focus when its dialog opens. */
export function DayField(props: { first: string; last: string; value: string; onChange: (day: string) => void }) {
  const { first, last, value, onChange } = props
  return (
    <TextInput
      type="date"
      label="Date"
      required
      min={first}
      max={last}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-autofocus
    />
  )
}
