import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { words } from './words.ts'

/** Links to the existing client that has the same name, after the sentence that reports it. */
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
