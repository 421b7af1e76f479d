import '@mantine/core/styles/Radio.css'
import { Button, Radio, Stack, Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { Source, SourceType } from '../drafts/typed.ts'
import { type Form, focusField, idOf } from '../form.ts'
import classes from '../Wizard.module.css'
import { Field } from './Field.tsx'

const MOST_SOURCES = 20
const AT = 'organisation.incomeSources'
const EMPTY: Source = { name: '', type: null }

const TYPES: { value: SourceType; label: string }[] = [
  { value: 'self_employment', label: 'Self-employment (sole trade, partnership or company)' },
  { value: 'uk_property', label: 'UK property' },
]

/** The wizard page for a self-employed person's income sources: 1 to 20, in the order in which they were added. */
export function IncomePage({ form }: { form: Form }) {
  const { typed, set, errorAt } = form
  const sources = typed.sources.length > 0 ? typed.sources : [EMPTY]
  const added = useRef<number | null>(null)
  useEffect(() => {
    if (added.current !== null) focusField(`${AT}[${added.current}].name`)
    added.current = null
  })
  const change = (n: number, changes: Partial<Source>) =>
    set({ sources: sources.map((one, at) => (at === n ? { ...one, ...changes } : one)) })
  return (
    <Stack gap="lg" id={idOf(AT)}>
      {sources.map((source, n) => (
        <fieldset key={n} className={classes.source}>
          <legend>Income source {n + 1}</legend>
          <Field
            form={form}
            at={`${AT}[${n}].name`}
            label="Income source name"
            hint="For example Window cleaning, or Flat 2 Mill Lane."
            value={source.name}
            onChange={(name) => change(n, { name })}
            required
          />
          <Radio.Group
            id={idOf(`${AT}[${n}].type`)}
            label="Type"
            value={source.type}
            onChange={(type) => change(n, { type: type as SourceType })}
            error={errorAt(`${AT}[${n}].type`)}
            required
          >
            <Stack gap="sm" my="xs">
              {TYPES.map(({ value, label }) => (
                <Radio key={value} value={value} label={label} />
              ))}
            </Stack>
          </Radio.Group>
          {sources.length > 1 && (
            <Button
              variant="default"
              w="fit-content"
              aria-label={`Remove ${source.name.trim() || `income source ${n + 1}`}`}
              onClick={() => {
                added.current = Math.max(0, n - 1)
                set({ sources: sources.filter((_one, at) => at !== n) })
              }}
            >
              Remove
            </Button>
          )}
        </fieldset>
      ))}
      {errorAt(AT) && (
        <Text size="xs" c="danger">
          {errorAt(AT)}
        </Text>
      )}
      {sources.length < MOST_SOURCES ? (
        <Button
          variant="default"
          w="fit-content"
          onClick={() => {
            added.current = sources.length
            set({ sources: [...sources, EMPTY] })
          }}
        >
          Add another income source
        </Button>
      ) : (
        <Text size="xs" c="dimmed">
          You can add up to {MOST_SOURCES}.
        </Text>
      )}
    </Stack>
  )
}
