import { Group, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Entry, EntryLink } from './Entry.tsx'
import { CodeForm, PasswordForm } from './SignInForms.tsx'

const route = getRouteApi('/sign-in')

/** The messages for a failed single sign-on, by code. */
const SIGN_ON: Record<string, string> = {
  sign_on_unknown: 'Your practice’s own sign-in doesn’t know you. Ask one of its admins.',
  sign_on_failed: 'Your practice’s own sign-in isn’t answering. Try again in a moment.',
  sign_on_busy: 'Too many sign-ins came from your network just now. Wait a minute, then try again.',
  sign_on_changed:
    'Your practice’s sign-in provider has changed, so it lets nobody in. A Practice Admin can sign in by password and confirm it under Settings, Single sign-on.',
  sign_on_denied: 'You stopped before the end. Nothing was changed.',
  sign_on_no_member: 'You don’t work in that practice. Ask one of its admins to add you.',
}

/** Returns the path if it is one of ours, else `/clients`, so that a crafted link cannot redirect elsewhere. */
const within = (to: string | undefined): string => (to && /^\/(?![/\\])/.test(to) ? to : '/clients')

/** Signs in with email and password, then the second factor if set up, and returns to the requested page. */
export function SignInPage() {
  const { to, error } = route.useSearch()
  const [asksCode, setAsksCode] = useState(false)
  const enter = () => location.assign(within(to))
  if (asksCode) {
    return (
      <Entry title="Enter your code">
        <CodeForm onDone={enter} />
      </Entry>
    )
  }
  return (
    <Entry title="Sign in">
      {error && <Text role="alert">{SIGN_ON[error] ?? SIGN_ON.sign_on_failed}</Text>}
      <PasswordForm onCode={() => setAsksCode(true)} onDone={enter} />
      <Group justify="space-between">
        <EntryLink to="/forgot">Forgot your password?</EntryLink>
        <EntryLink to="/sign-up">Sign up a practice</EntryLink>
      </Group>
    </Entry>
  )
}
