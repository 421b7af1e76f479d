import { Text, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { EntryForm } from './Entry.tsx'

/** Asks for an address to which a link is mailed. `sent` says so in the same words for every address. */
export function LinkByMail(props: {
  label: string
  ask: (email: string) => Promise<unknown>
  sent: (email: string) => string
  children?: ReactNode
}) {
  const { label, ask, sent, children } = props
  const [email, setEmail] = useState('')
  const [sentTo, setSentTo] = useState<string | null>(null)
  const send = async () => {
    await ask(email.trim())
    setSentTo(email.trim())
  }
  if (sentTo !== null) return <Text role="status">{sent(sentTo)}</Text>
  return (
    <>
      {children}
      <EntryForm label={label} send={send}>
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
      </EntryForm>
    </>
  )
}
