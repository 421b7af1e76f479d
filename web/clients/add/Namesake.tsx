import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { words } from './words.ts'

/** The way to the client that has the name already, after the sentence that says so. */
export function Namesake({ client }: { client: string }) {
  return (
    <>
      {' '}
      <Anchor component={Link} to={`/clients/${client}`} inherit>
        {words.openIt}
      </Anchor>{' '}
      {words.addAnother}
    </>
  )
}
