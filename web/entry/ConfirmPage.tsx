import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Entry, EntryError, EntryForm, EntryLink } from './Entry.tsx'
import { LinkByMail } from './LinkByMail.tsx'
import { NewPassword } from './ResetPage.tsx'
import { askForConfirmation, type Confirmation, confirmAddress, lookAtConfirmation } from './session.ts'

const route = getRouteApi('/confirm/{-$token}')

/** Confirms the address of a sign-up. Only the button confirms, because mail scanners open links too. */
export function ConfirmPage() {
  const { token } = route.useParams()
  const { data, error } = useQuery({
    queryKey: ['confirm', token],
    queryFn: () => (token ? lookAtConfirmation(token) : ({ state: 'over' } as const)),
    // Never read again: pressing the button uses the link up.
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (error) return <EntryError title="This link can’t be opened now" error={error} />
  switch (data?.state) {
    case 'open':
      return <Open token={String(token)} {...data} />
    case 'confirmed':
      return (
        <Entry title="Your email is confirmed">
          <Text>{data.email} was confirmed already.</Text>
          <EntryLink to="/sign-in">Sign in</EntryLink>
        </Entry>
      )
    case 'over':
      return <Over />
    case undefined:
      return null
  }
}

function Open(props: Extract<Confirmation, { state: 'open' }> & { token: string }) {
  const { token, email, name, practice, asksPassword } = props
  const [password, setPassword] = useState('')
  const [isDone, setDone] = useState(false)
  if (isDone) {
    return (
      <Entry title="Your email is confirmed">
        <Text role="status">
          {email} is confirmed, and {practice} is on Embark. You are signed in.
        </Text>
        <Button component="a" href="/clients" fullWidth>
          Start
        </Button>
      </Entry>
    )
  }
  const send = async () => {
    await confirmAddress(token, asksPassword ? password : null)
    setDone(true)
  }
  return (
    <Entry title={`Confirm ${email}?`}>
      <Text>
        {name} signed {practice} up with this address. Not you? Close this page: nothing happens by itself.
      </Text>
      <EntryForm label="Confirm and sign in" send={send}>
        {asksPassword && (
          <>
            <Text>You signed up in another browser, so choose your password here.</Text>
            <NewPassword value={password} onChange={setPassword} error={undefined} />
          </>
        )}
      </EntryForm>
    </Entry>
  )
}

/** The page of a link that is used, expired or incomplete; offers to send a new one. */
const Over = () => (
  <Entry title="This link is over or incomplete">
    <LinkByMail
      label="Send me a new one"
      ask={askForConfirmation}
      sent={(email) => `If ${email} signed up within the last day, a link is on its way.`}
    >
      <Text>A link works for 30 minutes, and a newer one ends it. We can send you another.</Text>
    </LinkByMail>
    <EntryLink to="/sign-in">Sign in</EntryLink>
  </Entry>
)
