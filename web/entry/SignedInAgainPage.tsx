import { Text } from '@mantine/core'
import { useEffect } from 'react'
import { Entry } from './Entry.tsx'

/** The page that single sign-on returns to in its own tab; it closes the tab. */
export function SignedInAgainPage() {
  useEffect(() => window.close(), [])
  return (
    <Entry title="You’re signed in again">
      <Text role="status">Close this tab. What you were doing goes on in the other one.</Text>
    </Entry>
  )
}
