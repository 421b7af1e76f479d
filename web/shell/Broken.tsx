import { Button } from '@mantine/core'
import { EmptyState } from '../components/page/EmptyState.tsx'

/** The page after a failure to load or draw a page, for example after a deployment; reloading helps. */
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
