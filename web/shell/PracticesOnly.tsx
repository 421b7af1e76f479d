import { EmptyState } from '../components/EmptyState.tsx'
import { PageTitle } from '../components/PageTitle.tsx'

/** What somebody of an account sees that is no accounting practice. */
export function PracticesOnly() {
  return (
    <>
      <PageTitle title="Clients" />
      <EmptyState title="This is for accounting practices">
        Write to us to change your account. If your accountant invited you, open the link in their email instead: you
        need no account here.
      </EmptyState>
    </>
  )
}
