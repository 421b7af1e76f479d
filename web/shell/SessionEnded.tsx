import { Anchor, Modal, Stack, Text } from '@mantine/core'
import { useWindowEvent } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CodeForm, PasswordForm } from '../entry/SignInForms.tsx'
import { meQuery, useMe } from './useMe.ts'

/** The sign-in dialog after the session has ended. The page stays, or reloads if another person signs in. */
export function SessionEnded({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient()
  const { user } = useMe()
  const [asksCode, setAsksCode] = useState(false)
  const resume = async () => {
    const me = await queries.fetchQuery({ ...meQuery, staleTime: 0, retry: false })
    if (me.user?.id !== user?.id) return location.reload()
    onClose()
    await queries.invalidateQueries()
  }
  // The person may have signed in in another tab.
  useWindowEvent('focus', () => void resume().catch(() => undefined))
  const back = location.pathname + location.search
  return (
    <Modal
      opened
      centered
      onClose={onClose}
      title="Your session has ended"
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={400}
    >
      <Stack gap="lg">
        <Text size="sm">Sign in again; nothing you typed is lost.</Text>
        {asksCode ? (
          <CodeForm onDone={() => void resume()} />
        ) : (
          <PasswordForm fixedEmail={user?.email} onCode={() => setAsksCode(true)} onDone={() => void resume()} />
        )}
        <Anchor href={`/sign-in?to=${encodeURIComponent(back)}`} size="sm">
          Sign in as someone else
        </Anchor>
      </Stack>
    </Modal>
  )
}
