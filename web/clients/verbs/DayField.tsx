import { TextInput } from '@mantine/core'

/** A day between two others (all as `2026-03-10`), which the dialog it stands in begins with. */
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
