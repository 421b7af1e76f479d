import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Time } from '../components/Time.tsx'
import { troublesQuery } from './queries.ts'

/** Lists the current refusals of providers, so that support does not look for the cause at a client. */
export function Troubles() {
  const { data } = useQuery(troublesQuery)
  if (!data || data.items.length === 0) return null
  return (
    <Alert
      color="warn"
      variant="light"
      mb="lg"
      icon={<IconAlertTriangle size={20} stroke={1.75} aria-hidden />}
      title="Messages may be waiting"
    >
      {data.items.map(({ service, code, reason, firstAt, lastAt, times }) => (
        <div key={`${service} ${code}`}>
          {reason} {times === 1 ? 'Once' : `${times} times`} since <Time at={firstAt} as="since" />, last{' '}
          <Time at={lastAt} as="since" />.
        </div>
      ))}
    </Alert>
  )
}
