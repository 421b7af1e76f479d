import { Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Entry, EntryForm, EntryLink } from './Entry.tsx'
import { askForReset } from './session.ts'

/** Requests a link to reset the password. The same answer for every address hides which have accounts. */
export function ForgotPage() {
  const [email, setEmail] = useState('')
  const [sentTo, setSentTo] = useState<string | null>(null)
  const send = async () => {
    await askForReset(email.trim())
    setSentTo(email.trim())
  }
  return (
    <Entry title="Reset your password">
      {sentTo === null ? (
        <EntryForm label="Send the link" send={send}>
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        </EntryForm>
      ) : (
        <Text role="status">If {sentTo} has an account, a link is on its way. It works for 30 minutes.</Text>
      )}
      <EntryLink to="/sign-in">Back to sign-in</EntryLink>
    </Entry>
  )
}
