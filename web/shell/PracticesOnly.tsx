import { Anchor } from '@mantine/core'
import { EmptyState } from '../components/page/EmptyState.tsx'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { useMe } from './useMe.ts'

/** The page for a member of an account that is not an accounting practice. */
export function PracticesOnly() {
  const { writeTo } = useMe()
  return (
    <>
      <PageTitle title="Clients" />
      <EmptyState title="This is for accounting practices">
        <Anchor href={`mailto:${writeTo}`} inherit underline="always">
          Write to us
        </Anchor>{' '}
        to change your account. If your accountant invited you, open the link in their email instead: you need no
        account here.
      </EmptyState>
    </>
  )
}
