import { Anchor, Button, Group, PasswordInput, PinInput, Text, TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { api, bodyOf } from '../api/client.ts'
import { Entry, EntryForm, EntryLink } from './Entry.tsx'
import { giveCode, signIn } from './session.ts'

const route = getRouteApi('/sign-in')

/** Why a practice's own sign-in did not work out. */
const SIGN_ON: Record<string, string> = {
  sign_on_unknown: 'Your practice’s own sign-in doesn’t know you. Ask one of its admins.',
  sign_on_failed: 'Your practice’s own sign-in isn’t answering. Try again in a moment.',
  sign_on_denied: 'You stopped before the end. Nothing was changed.',
  sign_on_no_member: 'You don’t work in that practice. Ask one of its admins to add you.',
}

/** Only a page of ours, so that nobody is led elsewhere. */
const within = (to: string | undefined): string => (to && /^\/(?![/\\])/.test(to) ? to : '/clients')

/** Email and password, then the second factor where there is one; and back to where somebody wanted to go. */
export function SignInPage() {
  const { to, error } = route.useSearch()
  const [asksCode, setAsksCode] = useState(false)
  const enter = () => location.assign(within(to))
  return asksCode ? <Code onDone={enter} /> : <Password error={error} onCode={() => setAsksCode(true)} onDone={enter} />
}

function Password(props: { error: string | undefined; onCode: () => void; onDone: () => void }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [ways, setWays] = useState<{ name: string; url: string }[]>([])
  const find = async () => {
    const body = { email: email.trim() }
    // Whoever cannot be told of another way goes on by password.
    const found = await bodyOf(api.POST('/api/v1/sign-on/find', { body })).catch(() => ({ items: [] }))
    setWays(found.items)
  }
  const send = async () => {
    if ((await signIn(email.trim(), password)) === 'code') props.onCode()
    else props.onDone()
  }
  return (
    <Entry title="Sign in">
      {props.error && <Text role="alert">{SIGN_ON[props.error] ?? SIGN_ON.sign_on_failed}</Text>}
      <EntryForm label="Sign in" send={send}>
        <TextInput
          label="Email"
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          onBlur={() => void (email.includes('@') && find())}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        />
      </EntryForm>
      {ways.map(({ name, url }) => (
        <Button key={url} component="a" href={url} variant="default" fullWidth>
          Sign in with {name}
        </Button>
      ))}
      <Group justify="space-between">
        <EntryLink to="/forgot">Forgot your password?</EntryLink>
        <EntryLink to="/sign-up">Sign up a practice</EntryLink>
      </Group>
    </Entry>
  )
}

const FIGURES = 6

function Code({ onDone }: { onDone: () => void }) {
  const [kind, setKind] = useState<'app' | 'recovery'>('app')
  const [code, setCode] = useState('')
  const place = useRef<HTMLDivElement>(null)
  const isFull = kind === 'app' && code.length === FIGURES
  useEffect(() => {
    if (isFull) place.current?.closest('form')?.requestSubmit()
  }, [isFull])
  const send = async () => {
    await giveCode(code.trim(), kind)
    onDone()
  }
  return (
    <Entry title="Enter your code">
      <EntryForm label="Continue" send={send}>
        {kind === 'app' ? (
          <div ref={place}>
            <PinInput
              length={FIGURES}
              type="number"
              oneTimeCode
              autoFocus
              ariaLabel="Code of your app"
              value={code}
              onChange={setCode}
            />
          </div>
        ) : (
          <TextInput
            label="Recovery code"
            autoComplete="off"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
      </EntryForm>
      <Anchor component="button" type="button" size="sm" onClick={() => setKind(kind === 'app' ? 'recovery' : 'app')}>
        {kind === 'app' ? 'Use a recovery code' : 'Use the code of your app'}
      </Anchor>
    </Entry>
  )
}
