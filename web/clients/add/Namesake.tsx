import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'

/** Links to the existing client that has the same name, after the sentence that reports it. */
export function Namesake({ client }: { client: string }) {
  return (
    <>
      {' '}
      <Anchor component={Link} to={`/clients/${client}`} inherit>
        Open it
      </Anchor>{' '}
      You can still add another.
    </>
  )
}
