import { Anchor, Button, PasswordInput, PinInput, Text, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { api, bodyOf } from '../api/client.ts'
import type { Problem } from '../api/problem.ts'
import { problemSentence } from '../words/problems.ts'
import { EntryForm } from './Entry.tsx'
import { giveCode, signIn } from './session.ts'

/**
 * Signs in with email and password, and offers single sign-on once the address is known. `fixedEmail` is the person
 * whose session has ended over an open page; single sign-on then opens in a new tab, so that the page stays.
 */
export function PasswordForm(props: { fixedEmail?: string; onCode: () => void; onDone: () => void }) {
  const { fixedEmail, onCode, onDone } = props
  const [email, setEmail] = useState(fixedEmail ?? '')
  const [password, setPassword] = useState('')
  const [ways, setWays] = useState<{ name: string; url: string }[]>([])
  const find = async (address: string) => {
    const body = { email: address.trim() }
    // If the lookup fails, the password still works.
    const found = await bodyOf(api.POST('/api/v1/sign-on/find', { body })).catch(() => ({ items: [] }))
    setWays(found.items)
  }
  useEffect(() => {
    if (fixedEmail) void find(fixedEmail)
  }, [])
  const send = async () => {
    if ((await signIn(email.trim(), password)) === 'code') onCode()
    else onDone()
  }
  return (
    <>
      <EntryForm
        label="Sign in"
        send={send}
        says={(problem) => <Refusal problem={problem} isBeside={fixedEmail !== undefined} />}
      >
        <TextInput
          label="Email"
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          readOnly={fixedEmail !== undefined}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          onBlur={() => void (!fixedEmail && email.includes('@') && find(email))}
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
          data-autofocus={fixedEmail !== undefined || undefined}
        />
      </EntryForm>
      {ways.map(({ name, url }) => (
        <Button
          key={url}
          component="a"
          href={url}
          target={fixedEmail === undefined ? undefined : '_blank'}
          variant="default"
          fullWidth
        >
          Sign in with {name}
        </Button>
      ))}
    </>
  )
}

/** Shows why the sign-in was refused, with a link to reset the password; `isBeside` opens it in a new tab. */
function Refusal({ problem, isBeside }: { problem: Problem; isBeside: boolean }) {
  const reset = (words: string) => (
    <Anchor href="/forgot" target={isBeside ? '_blank' : undefined} inherit c="inherit" underline="always">
      {words}
    </Anchor>
  )
  switch (problem.code) {
    case 'INVALID_EMAIL_OR_PASSWORD':
      return (
        <>
          {problemSentence(problem)} {reset('Reset your password')}
        </>
      )
    case 'TOO_MANY_TRIES':
      return (
        <>
          {problemSentence(problem).replace(/\.$/, '')} or {reset('reset your password')}.
        </>
      )
    default:
      return problemSentence(problem)
  }
}

const FIGURES = 6

/** Asks for the second factor: the app's code, or a recovery code. */
export function CodeForm({ onDone }: { onDone: () => void }) {
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
    <>
      <EntryForm label="Continue" send={send}>
        {kind === 'app' ? (
          <div ref={place}>
            <Text mb="sm">Enter the 6-digit code from your authenticator app.</Text>
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
        {kind === 'app' ? 'Use a recovery code' : 'Use the code from your app'}
      </Anchor>
    </>
  )
}
