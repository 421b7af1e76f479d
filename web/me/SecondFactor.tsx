import '@mantine/core/styles/PinInput.css'
import { Button, Code, Group, PasswordInput, PinInput, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, lazy, type ReactNode, Suspense, useState } from 'react'
import { CopyButton } from '../components/CopyButton.tsx'
import { Refusal } from '../components/Refusal.tsx'
import { giveCode } from '../entry/session.ts'
import { PageSection } from '../settings/PageSection.tsx'
import classes from '../settings/Settings.module.css'
import { meQuery, useMe } from '../shell/useMe.ts'
import { problemSentence } from '../words/problems.ts'
import { beginSecondFactor, endSecondFactor } from './account.ts'

const QrCode = lazy(() => import('./QrCode.tsx'))

const FIGURES = 6

type Stage =
  | { at: 'rest' }
  | { at: 'proving'; uri: string; codes: string[] }
  /** The factor is active; the recovery codes are shown this once. */
  | { at: 'saving'; codes: string[] }

/** Sets up the second factor with an authenticator app and recovery codes, or switches it off. */
export function SecondFactor() {
  const { user } = useMe()
  const queries = useQueryClient()
  const [isSaving, setSaving] = useState(false)
  const readMe = () => queries.invalidateQueries({ queryKey: meQuery.queryKey })
  return (
    <PageSection title="Second factor" text="A code of an app on your phone, asked for after the password.">
      {user?.twoFactor && !isSaving ? (
        <WithPassword
          label="Switch off"
          isDanger
          send={async (password) => {
            await endSecondFactor(password)
            await readMe()
          }}
        >
          <Text size="sm" role="status">
            On. Your app is asked for a code at every sign-in.
          </Text>
        </WithPassword>
      ) : (
        <SetUpFactor
          text="Off. Enter your password to set it up."
          onOn={async () => {
            setSaving(true)
            await readMe()
          }}
          onSaved={() => setSaving(false)}
        />
      )}
    </PageSection>
  )
}

/** Sets up a second factor: the password, a code of the app (`onOn`), the recovery codes (`onSaved`). */
export function SetUpFactor(props: { text: string; onOn: () => Promise<void>; onSaved: () => void }) {
  const [stage, setStage] = useState<Stage>({ at: 'rest' })
  switch (stage.at) {
    case 'rest':
      return (
        <WithPassword
          label="Set up"
          send={async (password) => {
            const { totpURI, backupCodes } = await beginSecondFactor(password)
            setStage({ at: 'proving', uri: totpURI, codes: backupCodes })
          }}
        >
          <Text size="sm">{props.text}</Text>
        </WithPassword>
      )
    case 'proving':
      return (
        <Prove
          uri={stage.uri}
          onDone={async () => {
            setStage({ at: 'saving', codes: stage.codes })
            await props.onOn()
          }}
          onCancel={() => setStage({ at: 'rest' })}
        />
      )
    case 'saving':
      return <Codes codes={stage.codes} onDone={props.onSaved} />
  }
}

/** Returns the handler of a form that carries an act out, instead of leaving the page. */
const submitting = (act: () => void) => (event: FormEvent) => {
  event.preventDefault()
  act()
}

function WithPassword(props: {
  label: string
  isDanger?: boolean
  send: (password: string) => Promise<void>
  children: ReactNode
}) {
  const [password, setPassword] = useState('')
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => props.send(password),
    onSuccess: () => setPassword(''),
  })
  return (
    <form onSubmit={submitting(mutate)} noValidate>
      <Stack gap="lg">
        {props.children}
        <PasswordInput
          label="Your password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={error && problemSentence(error)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show your password' }}
        />
        <Button
          type="submit"
          variant={props.isDanger ? 'light' : 'default'}
          {...(props.isDanger && { color: 'danger' })}
          loading={isPending}
          w="fit-content"
        >
          {props.label}
        </Button>
      </Stack>
    </form>
  )
}

function Prove({ uri, onDone, onCancel }: { uri: string; onDone: () => Promise<void>; onCancel: () => void }) {
  const [code, setCode] = useState('')
  const { mutate, error, isPending } = useMutation({ mutationFn: () => giveCode(code, 'app'), onSuccess: onDone })
  const key = new URL(uri).searchParams.get('secret') ?? ''
  return (
    <form onSubmit={submitting(mutate)} noValidate>
      <Stack gap="lg">
        <Text size="sm">Point your app’s camera at this, or type the key into it.</Text>
        <Suspense fallback={<div className={classes.qr} />}>
          <QrCode text={uri} />
        </Suspense>
        <Group gap="sm">
          <Code className={classes.key}>{key.replace(/(.{4})(?=.)/g, '$1 ')}</Code>
          <CopyButton text={key} label="Copy the key" />
        </Group>
        <div>
          <Text size="sm" fw={600} component="p" m={0} mb="xs">
            The code it shows now
          </Text>
          <PinInput
            length={FIGURES}
            type="number"
            oneTimeCode
            ariaLabel="Code of your app"
            value={code}
            onChange={setCode}
            error={error !== null}
          />
          <Refusal error={error} size="xs" mt="xs" />
        </div>
        <Group gap="sm">
          <Button type="submit" loading={isPending} disabled={code.length < FIGURES}>
            Continue
          </Button>
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const text = `${codes.join('\n')}\n`
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`Recovery codes of Embark. Each works once.\n\n${text}`)}`
  return (
    <Stack gap="lg">
      <Text size="sm" role="status">
        It is on. Keep these recovery codes: each works once, in place of your app. You won’t see them again.
      </Text>
      <ul className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <Code>{code}</Code>
          </li>
        ))}
      </ul>
      <Group gap="sm">
        <CopyButton text={text} />
        <Button component="a" variant="default" href={file} download="embark-recovery-codes.txt">
          Download
        </Button>
        <Button onClick={onDone}>I’ve saved them</Button>
      </Group>
    </Stack>
  )
}
