import { Text } from '@mantine/core'
import { useEffect } from 'react'
import { Entry } from './Entry.tsx'

/** Page to which the practice's own sign-in returns, beside the page that asked for it. */
export function SignedInAgainPage() {
  useEffect(() => window.close(), [])
  return (
    <Entry title="You’re signed in again">
      <Text role="status">Close this tab. What you were doing goes on in the other one.</Text>
    </Entry>
  )
}
