import { Anchor, Text, TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { HTMLInputTypeAttribute } from 'react'
import { type Form, idOf } from '../form.ts'
import { Namesake } from '../Namesake.tsx'
import classes from '../Wizard.module.css'

/** A text field of the wizard with its error and its notices. */
export function Field(props: {
  form: Form
  at: string
  label: string
  hint?: string
  value: string
  onChange: (value: string) => void
  required?: boolean
  type?: HTMLInputTypeAttribute
}) {
  const { form, at, label, hint, value, onChange, required, type } = props
  return (
    <div>
      <TextInput
        id={idOf(at)}
        label={label}
        description={hint}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={form.errorAt(at)}
        required={required}
        type={type}
        autoComplete="off"
      />
      <Notices form={form} at={at} onTake={onChange} />
    </div>
  )
}

/** Shows the notices of a field; `onTake` applies a suggested correction. */
export function Notices({ form, at, onTake }: { form: Form; at: string; onTake?: (value: string) => void }) {
  return (
    <div role="status">
      {form.noticesAt(at).map(({ code, message, suggestion, client }) => (
        <p key={code} className={classes.notice}>
          <IconAlertTriangle size={16} stroke={1.75} aria-hidden="true" />
          <Text component="span" size="xs">
            {suggestion && onTake ? (
              <>
                Did you mean{' '}
                <Anchor component="button" type="button" size="xs" onClick={() => onTake(suggestion)}>
                  {suggestion}
                </Anchor>
                ?
              </>
            ) : (
              message
            )}
            {client && <Namesake client={client} />}
          </Text>
        </p>
      ))}
    </div>
  )
}
