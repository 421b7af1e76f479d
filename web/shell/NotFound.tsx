import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../components/page/EmptyState.tsx'

/** There is no such page. */
export const NotFound = () => (
  <main>
    <title>Page not found · Embark</title>
    <EmptyState
      title="There is no page here"
      action={
        <Anchor component={Link} to="/clients">
          Go to Clients
        </Anchor>
      }
    >
      The address may have been cut short, or the page has moved.
    </EmptyState>
  </main>
)
