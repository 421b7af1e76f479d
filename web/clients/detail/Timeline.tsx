import { Paper, Skeleton, Title } from '@mantine/core'
import { IconLifebuoy } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { ErrorState } from '../../components/ErrorState.tsx'
import { Time } from '../../components/Time.tsx'
import classes from './ClientPage.module.css'
import { timelineQuery } from './queries.ts'

/** What happened, newest first, one sentence each. */
export function Timeline({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(timelineQuery(id))
  return (
    <Paper p="lg" component="section" aria-labelledby="timeline">
      <Title order={2} id="timeline">
        Timeline
      </Title>
      {error && !data ? (
        <ErrorState title="We couldn’t load what happened" error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <ol className={classes.list}>
          {data.items.map(({ seq, at, sentence, note, actor }) => (
            <li key={seq} className={classes.line}>
              <span>
                {actor.type === 'support' && (
                  <IconLifebuoy size={16} stroke={1.75} role="img" aria-label="Support" className={classes.icon} />
                )}
                {sentence}
                {note && <span className={classes.note}>{note}</span>}
              </span>
              <span className={classes.dimmed}>
                {actor.name && `${actor.name} · `}
                <Time at={at} as="past" />
              </span>
            </li>
          ))}
        </ol>
      ) : (
        <Skeleton height={96} mt="md" />
      )}
    </Paper>
  )
}
