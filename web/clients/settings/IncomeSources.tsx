import { Button, Stack, Text, TextInput } from '@mantine/core'
import { Select } from '../../components/Select.tsx'
import type { Organisation } from './queries.ts'
import classes from './SettingsPage.module.css'

type Sources = Organisation['incomeSources']

const TYPES = [
  { value: 'self_employment', label: 'Self-employment' },
  { value: 'uk_property', label: 'UK property' },
]
const MOST_SOURCES = 20

/** Edits the income sources of a self-employed client: 0 to 20, each with name and type. */
export function IncomeSources(props: {
  value: Sources
  onChange: (value: Sources) => void
  errorAt: (field: string) => string | undefined
  isFixed: boolean
}) {
  const { value, onChange, errorAt, isFixed } = props
  const set = (index: number, changes: Partial<Sources[number]>) =>
    onChange(value.map((one, at) => (at === index ? { ...one, ...changes } : one)))
  const error = errorAt('incomeSources')
  return (
    <Stack gap="sm">
      {value.map((one, index) => (
        <div key={index} className={classes.row}>
          <TextInput
            label="Income source name"
            value={one.name}
            onChange={(event) => set(index, { name: event.currentTarget.value })}
            error={errorAt(`incomeSources[${index}].name`)}
            disabled={isFixed}
          />
          <Select
            label="Type"
            data={TYPES}
            value={one.type}
            onChange={(type) => set(index, { type: type === 'uk_property' ? 'uk_property' : 'self_employment' })}
            disabled={isFixed}
          />
          <Button
            variant="default"
            disabled={isFixed}
            aria-label={`Remove ${one.name || 'income source'}`}
            onClick={() => onChange(value.filter((_one, at) => at !== index))}
          >
            Remove
          </Button>
        </div>
      ))}
      {error && (
        <Text size="xs" c="danger" role="alert">
          {error}
        </Text>
      )}
      <Button
        variant="default"
        w="fit-content"
        disabled={isFixed || value.length >= MOST_SOURCES}
        onClick={() => onChange([...value, { name: '', type: 'self_employment' }])}
      >
        Add another income source
      </Button>
    </Stack>
  )
}
