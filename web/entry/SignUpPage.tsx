import { Anchor, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api } from '../api/client.ts'
import { Select } from '../components/Select.tsx'
import { COUNTRY_CHOICES, CURRENCIES, ZONES } from '../words/regions.ts'
import { ownZone } from '../words/times.ts'
import { Entry, EntryForm, EntryLink } from './Entry.tsx'
import { NewPassword } from './ResetPage.tsx'
import { SendAgain } from './SendAgain.tsx'

/** Signs up a practice; the person becomes its first Practice Admin. */
export function SignUpPage() {
  const [given, setGiven] = useState({
    name: '',
    email: '',
    password: '',
    practice: '',
    country: 'GB',
    currency: 'GBP',
    timeZone: ZONES.includes(ownZone()) ? ownZone() : 'Europe/London',
  })
  const [sentTo, setSentTo] = useState<string | null>(null)
  const set = (changes: Partial<typeof given>) => setGiven((before) => ({ ...before, ...changes }))
  const send = async () => {
    const { name, email, password, practice, country, currency, timeZone } = given
    const body = { name, email: email.trim(), password, practice: { name: practice, country, currency, timeZone } }
    await api.POST('/api/v1/sign-up', { body })
    setSentTo(email.trim())
  }
  if (sentTo !== null) return <Sent email={sentTo} onChange={() => setSentTo(null)} />
  return (
    <Entry title="Sign up your practice">
      <EntryForm label="Sign up" send={send}>
        {(problem) => (
          <>
            <TextInput
              label="Your name"
              autoComplete="name"
              value={given.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
              error={problem?.at('name')}
            />
            <TextInput
              label="Email"
              type="email"
              autoComplete="username"
              value={given.email}
              onChange={(event) => set({ email: event.currentTarget.value })}
              error={problem?.at('email')}
            />
            <NewPassword
              value={given.password}
              onChange={(password) => set({ password })}
              error={problem?.at('password')}
            />
            <TextInput
              label="Practice"
              autoComplete="organization"
              value={given.practice}
              onChange={(event) => set({ practice: event.currentTarget.value })}
              error={problem?.at('practice.name')}
            />
            <Select
              label="Country"
              searchable
              data={COUNTRY_CHOICES}
              value={given.country}
              onChange={(country) => country && set({ country })}
              error={problem?.at('practice.country')}
            />
            <Select
              label="Time zone"
              searchable
              data={ZONES}
              value={given.timeZone}
              onChange={(timeZone) => timeZone && set({ timeZone })}
              error={problem?.at('practice.timeZone')}
            />
            <Select
              label="Currency"
              searchable
              data={CURRENCIES}
              value={given.currency}
              onChange={(currency) => currency && set({ currency })}
              error={problem?.at('practice.currency')}
            />
          </>
        )}
      </EntryForm>
      <EntryLink to="/sign-in">Sign in instead</EntryLink>
    </Entry>
  )
}

/** Shows the address that the link was sent to, and offers to send it again. */
function Sent({ email, onChange }: { email: string; onChange: () => void }) {
  return (
    <Entry title="Confirm your email">
      <Text>We sent a link to {email}. It works for 30 minutes.</Text>
      <SendAgain email={email} />
      <Anchor component="button" type="button" size="sm" ta="start" onClick={onChange}>
        Use another address
      </Anchor>
    </Entry>
  )
}
