import '@mantine/core/styles/PasswordInput.css'
import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useWindowEvent } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { confirmPassword, wasConfirmed } from '../entry/session.ts'
import { problemSentence } from '../words/problems.ts'
import type { Asked } from './confirmation.ts'
import { meQuery, useMe } from './useMe.ts'

/** Keeps Escape from also closing a dialog below, which would lose its fields. */
const alone = { 'data-mantine-stop-propagation': 'true' }

/** Asks for the password over the page, or for single sign-on in a new tab. The page stays as it is. */
export function Confirm({ asked: { url, settle } }: { asked: Asked }) {
  const cancel = () => settle(false)
  const closeAtEscape = (event: KeyboardEvent) => event.key === 'Escape' && cancel()
  return (
    <Modal
      opened
      centered
      onClose={cancel}
      title={url === null ? 'Enter your password again' : 'Sign in again'}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={400}
      onKeyDown={closeAtEscape}
    >
      {url === null ? (
        <Password onDone={() => settle(true)} onCancel={cancel} />
      ) : (
        <Elsewhere url={url} onDone={() => settle(true)} onCancel={cancel} />
      )}
    </Modal>
  )
}

type Ways = { onDone: () => void; onCancel: () => void }

function Password({ onDone, onCancel }: Ways) {
  const { user } = useMe()
  const [password, setPassword] = useState('')
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => confirmPassword(password),
    onSuccess: onDone,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // React passes the submit event on to the form that contains this dialog, although the DOM does not nest them.
    event.stopPropagation()
    mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <Text size="sm">You signed in more than ten minutes ago. What you were doing goes on afterwards.</Text>
        <input type="email" autoComplete="username" value={user?.email ?? ''} readOnly hidden />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={error && problemSentence(error)}
          errorProps={{ role: 'alert' }}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password', ...alone }}
          data-autofocus
          {...alone}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onCancel} {...alone}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={password === ''} {...alone}>
            Continue
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Elsewhere({ url, onDone, onCancel }: Ways & { url: string }) {
  const queries = useQueryClient()
  const { user, practice } = useMe()
  const check = async () => {
    if (!(await wasConfirmed())) return
    const me = await queries.fetchQuery({ ...meQuery, staleTime: 0, retry: false })
    // Another person signed in there, so the page reloads for them.
    if (me.user?.id !== user?.id) location.reload()
    else onDone()
  }
  const checkQuietly = () => void check().catch(() => undefined)
  useWindowEvent('focus', checkQuietly)
  useWindowEvent('visibilitychange', checkQuietly)
  return (
    <Stack gap="lg">
      <Text size="sm">
        You signed in more than ten minutes ago. Sign in beside this page, and what you were doing goes on.
      </Text>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onCancel} {...alone}>
          Cancel
        </Button>
        <Button component="a" href={url} target="_blank" data-autofocus {...alone}>
          Sign in with {practice?.name}
        </Button>
      </Group>
    </Stack>
  )
}
