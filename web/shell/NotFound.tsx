import { Anchor, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../components/page/EmptyState.tsx'
import { meQuery } from './useMe.ts'

/** The page of an unknown address, with a link to continue for members, support and visitors. */
export function NotFound() {
  const { data: me, isPending } = useQuery({ ...meQuery, retry: false, meta: { mayBeSignedOut: true } })
  return (
    <>
      <title>There is no page here · Embark</title>
      <EmptyState
        title="There is no page here"
        order={1}
        action={
          me ? (
            <Button renderRoot={(props) => <Link to={me.role === 'support' ? '/support' : '/clients'} {...props} />}>
              {me.role === 'support' ? 'Go to Support' : 'Go to Clients'}
            </Button>
          ) : (
            !isPending && (
              <>
                <Button renderRoot={(props) => <Link to="/sign-in" {...props} />}>Sign in</Button>
                <Anchor href="/home/sign-in" size="sm">
                  I’m a client
                </Anchor>
              </>
            )
          )
        }
      >
        The address may be incomplete, or the page has moved.
      </EmptyState>
    </>
  )
}

/** The same without the shell. */
export const NotFoundAlone = () => (
  <main>
    <NotFound />
  </main>
)
