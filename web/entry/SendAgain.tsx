import { Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { EntryForm } from './Entry.tsx'
import { askForConfirmation } from './session.ts'

const PAUSE_S = 60

/** Sends the confirmation link again, at most once a minute. */
export function SendAgain({ email }: { email: string }) {
  const [isPaused, setPaused] = useState(false)
  useEffect(() => {
    if (!isPaused) return
    const timer = setTimeout(() => setPaused(false), PAUSE_S * 1000)
    return () => clearTimeout(timer)
  }, [isPaused])
  const send = async () => {
    await askForConfirmation(email)
    setPaused(true)
  }
  return isPaused ? (
    <Text role="status">Sent. You can send again in {PAUSE_S} seconds.</Text>
  ) : (
    <EntryForm label="Send it again" send={send}>
      {null}
    </EntryForm>
  )
}
