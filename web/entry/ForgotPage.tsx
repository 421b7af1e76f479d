import { Entry, EntryLink } from './Entry.tsx'
import { LinkByMail } from './LinkByMail.tsx'
import { askForReset } from './session.ts'

/** Requests a link to reset the password. The same answer for every address hides which have accounts. */
export const ForgotPage = () => (
  <Entry title="Reset your password">
    <LinkByMail
      label="Send the link"
      ask={askForReset}
      sent={(email) => `If ${email} has an account, a link is on its way. It works for 30 minutes.`}
    />
    <EntryLink to="/sign-in">Back to sign-in</EntryLink>
  </Entry>
)
