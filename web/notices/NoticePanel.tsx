import { Anchor, Button, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { Time } from '../components/Time.tsx'
import classes from './Bell.module.css'
import { type Notices, noticesQuery, useMarkRead } from './queries.ts'

/** Lists the notices grouped by client, each linking to the client. `onGo` runs when a link is followed. */
export function NoticePanel({ onGo }: { onGo: () => void }) {
  const { data, error, refetch } = useQuery(noticesQuery)
  const { mutate: markRead } = useMarkRead()
  const newest = data?.clients[0]?.notices[0]?.id
  return (
    <>
      <div className={classes.head}>
        <Title order={2}>Notifications</Title>
        {data && data.unread > 0 && newest && (
          <Button variant="subtle" size="compact-sm" onClick={() => markRead({ upTo: newest })}>
            Mark all read
          </Button>
        )}
      </div>
      <div className={classes.list}>
        {error && !data && <ErrorState title="We couldn’t load your notifications" error={error} onRetry={refetch} />}
        {!data && !error && (
          <Stack gap="md" p="lg" aria-hidden="true">
            {[0, 1, 2].map((n) => (
              <Skeleton key={n} height={36} />
            ))}
          </Stack>
        )}
        {data?.takeOvers.map(({ id, sentence, software, url }) => (
          <section key={id} aria-label={sentence} className={classes.client}>
            <Stack gap="xs" px="lg" align="flex-start">
              <Text size="sm" fw={600}>
                {sentence}.
              </Text>
              <Button component="a" href={url} size="compact-sm">
                Sign in to {software}
              </Button>
            </Stack>
          </section>
        ))}
        {data?.clients.length === 0 && data.takeOvers.length === 0 && (
          <Text size="sm" c="dimmed" ta="center" px="lg" py="2xl">
            You’re up to date.
          </Text>
        )}
        {data?.clients.map((client) => (
          <Client
            key={client.onboarding.id}
            client={client}
            onOpen={() => {
              if (client.notices.some(({ read }) => !read)) markRead({ onboardingId: client.onboarding.id })
              onGo()
            }}
          />
        ))}
      </div>
      <div className={classes.foot}>
        <Anchor component={Link} to="/me/notifications" size="sm" onClick={onGo}>
          Change what you get
        </Anchor>
      </div>
    </>
  )
}

function Client({ client, onOpen }: { client: Notices['clients'][number]; onOpen: () => void }) {
  const { onboarding, notices } = client
  return (
    <section aria-label={onboarding.name} className={classes.client}>
      <Text component="h3" size="sm" fw={600} truncate px="lg" py="xs" title={onboarding.name}>
        {onboarding.name}
      </Text>
      <ul className={classes.notices}>
        {notices.map(({ id, sentence, at, read }) => (
          <li key={id}>
            <Link to="/clients/$id" params={{ id: onboarding.id }} className={classes.notice} onClick={onOpen}>
              <span className={read ? classes.gap : classes.dot} aria-hidden="true" />
              {!read && <VisuallyHidden>Unread: </VisuallyHidden>}
              <span className={read ? classes.sentence : classes.unread}>{sentence}</span>
              <span className={classes.time}>
                <Time at={at} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
