import { Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { api, bodyOf } from '../api/client.ts'
import { Entry, EntryError, EntryForm, EntryLink } from './Entry.tsx'
import { NewPassword } from './ResetPage.tsx'

const route = getRouteApi('/join/$token')

/** Accepts a colleague's invitation. Asks for name and password unless the address already has a login. */
export function JoinPage() {
  const { token } = route.useParams()
  const [typed, setName] = useState<string | null>(null)
  const [password, setPassword] = useState('')
  const [isDone, setDone] = useState(false)
  const params = { path: { token } }
  const { data: invitation, error } = useQuery({
    queryKey: ['join', token],
    queryFn: () => bodyOf(api.GET('/api/v1/join/{token}', { params })),
  })
  if (error) return <EntryError title="This invitation is over" error={error} />
  if (!invitation) return null
  const name = typed ?? invitation.name ?? ''
  const send = async () => {
    await api.POST('/api/v1/join/{token}', { params, body: invitation.known ? {} : { name: name.trim(), password } })
    setDone(true)
  }
  return (
    <Entry title={`Join ${invitation.practice.name}`}>
      {isDone ? (
        <>
          <Text role="status">You are in. Sign in as {invitation.email}.</Text>
          <EntryLink to="/sign-in">Sign in</EntryLink>
        </>
      ) : (
        <EntryForm label={invitation.known ? 'Join' : 'Join and set the password'} send={send}>
          {(problem) => (
            <>
              <Text>
                {invitation.known
                  ? `You have a sign-in as ${invitation.email} already. It will work here too.`
                  : `You’ll sign in as ${invitation.email}.`}
              </Text>
              {!invitation.known && (
                <>
                  <TextInput
                    label="Your name"
                    autoComplete="name"
                    value={name}
                    onChange={(event) => setName(event.currentTarget.value)}
                    error={problem?.at('name')}
                  />
                  <NewPassword value={password} onChange={setPassword} error={problem?.at('password')} />
                </>
              )}
            </>
          )}
        </EntryForm>
      )}
    </Entry>
  )
}
