import { Button } from '@mantine/core'
import { EmptyState } from '../components/page/EmptyState.tsx'

/** A page that could not be drawn, as after a new version: nothing of it was changed, and loading it anew helps. */
export function Broken() {
  return (
    <div role="alert">
      <EmptyState
        title="Something went wrong on our side"
        action={
          <Button variant="default" onClick={() => location.reload()}>
            Reload the page
          </Button>
        }
      >
        Nothing was changed.
      </EmptyState>
    </div>
  )
}
