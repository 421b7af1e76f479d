import '@mantine/core/styles/PasswordInput.css'
import { Anchor, Text } from '@mantine/core'
import { Entry } from '../entry/Entry.tsx'
import { signOut } from '../entry/session.ts'
import { SetUpFactor } from '../me/SecondFactor.tsx'

/** Replaces every page until the required second factor is set up. `why` says who requires it. */
export function FactorFirst({ why }: { why: string }) {
  return (
    <Entry title="Set up a second factor">
      <Text>{why}</Text>
      <SetUpFactor
        text="You need an authenticator app on your phone. It shows a code that we ask for after the password. Enter your password to begin."
        onOn={async () => {}}
        onSaved={() => location.reload()}
      />
      <Anchor
        component="button"
        type="button"
        size="sm"
        onClick={() => void signOut().then(() => location.assign('/sign-in'))}
      >
        Sign out
      </Anchor>
    </Entry>
  )
}
