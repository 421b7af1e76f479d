import { PasswordInput, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Entry, EntryForm, EntryLink } from './Entry.tsx'
import { resetPassword } from './session.ts'

const route = getRouteApi('/reset/$token')

/** Sets a new password with the mailed link. */
export function ResetPage() {
  const { token } = route.useParams()
  const [password, setPassword] = useState('')
  const [isDone, setDone] = useState(false)
  const send = async () => {
    await resetPassword(token, password)
    setDone(true)
  }
  return (
    <Entry title="Choose a new password">
      {isDone ? (
        <>
          <Text role="status">Your password is changed. Sign in with it.</Text>
          <EntryLink to="/sign-in">Sign in</EntryLink>
        </>
      ) : (
        <EntryForm label="Save" send={send}>
          <NewPassword value={password} onChange={setPassword} error={undefined} />
        </EntryForm>
      )}
    </Entry>
  )
}

/** A field for a new password, with a hint. */
export function NewPassword(props: {
  label?: string
  value: string
  onChange: (value: string) => void
  error: string | undefined
}) {
  return (
    <PasswordInput
      label={props.label ?? 'Password'}
      description="At least 12 characters. Three words make a good one."
      autoComplete="new-password"
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      error={props.error}
      visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
    />
  )
}
