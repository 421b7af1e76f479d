import { Anchor, Button, Group, Popover, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, bodyOf, type Schema } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import { ActButton } from '../components/ActButton.tsx'
import { EmptyState } from '../components/page/EmptyState.tsx'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { NoRight } from '../components/page/NoRight.tsx'
import { None } from '../components/plain/States.tsx'
import { Time } from '../components/Time.tsx'
import { toast } from '../components/toast.ts'
import { Below, Records } from '../settings/Records.tsx'
import { useMay } from '../shell/useMe.ts'
import classes from './Consents.module.css'
import { ConsentsHead } from './ConsentsHead.tsx'
import { HandOverDialog, HandOvers } from './HandOver.tsx'
import { signInsQuery } from './queries.ts'

type SignIn = Schema['SignIn']

/** Lists the sign-ins at accounting software, with the clients that each holds. */
export function SignInsPage() {
  const may = useMay()
  return may('see_clients') ? <SignIns /> : <NoRight title="Software sign-ins" right="see_clients" />
}

function SignIns() {
  const { data, error, refetch } = useQuery(signInsQuery)
  const may = useMay()
  const [handed, setHanded] = useState<SignIn | null>(null)
  return (
    <>
      <ConsentsHead at="/consents/sign-ins" />
      {error && !data && (
        <ErrorState title="We couldn’t load the sign-ins" error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton height={240} aria-busy="true" />}
      {data && <HandOvers asked={data.handOvers} signIns={data.items} />}
      {data?.items.length === 0 && (
        <EmptyState title="No software is connected yet">Sign-ins show here from the first one.</EmptyState>
      )}
      {data && data.items.length > 0 && (
        <Records
          label="Software sign-ins"
          items={data.items}
          keyOf={({ id }) => id}
          columns={{
            'Colleague or client': (signIn) => whose(signIn),
            Software: ({ software }) => software,
            Clients: (signIn) => <Clients signIn={signIn} />,
            'Last used': ({ usedAt }) => <Time at={usedAt} />,
            'Ends if unused': (signIn) => <End signIn={signIn} />,
            '': (signIn) => (
              <Group gap="xs" justify="flex-end" wrap="nowrap">
                <Check signIn={signIn} />
                {may('assign_clients') && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    onClick={() => setHanded(signIn)}
                    aria-label={`Hand over: ${whose(signIn)}, ${signIn.software}`}
                  >
                    Hand over
                  </Button>
                )}
              </Group>
            ),
          }}
        />
      )}
      {handed && <HandOverDialog signIn={handed} whose={whose(handed)} onClose={() => setHanded(null)} />}
    </>
  )
}

/** Returns who signed in: a colleague, a client, or a program. */
const whose = ({ by }: SignIn): string =>
  by.name ?? (by.type === 'client' ? 'A client' : by.id === null ? 'An API key' : 'A former colleague')

const counted = (n: number): string => `${n} ${n === 1 ? 'client' : 'clients'}`

function Clients({ signIn: { clients } }: { signIn: SignIn }) {
  return (
    <Popover width={280} position="bottom-start" shadow="sm" trapFocus returnFocus>
      <Popover.Target>
        <Anchor component="button" type="button" size="sm">
          {counted(clients.length)}
        </Anchor>
      </Popover.Target>
      <Popover.Dropdown aria-label="Clients">
        <ul className={classes.clients}>
          {clients.map(({ onboardingId, name, isLost }) => (
            <li key={onboardingId}>
              <Link to={`/clients/${onboardingId}` as string}>{name}</Link>
              {isLost && <Below>Can’t be read</Below>}
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  )
}

function End({ signIn: { endedAt, endsIfUnusedAt, hasFixedEnd, isUnanswered } }: { signIn: SignIn }) {
  if (endedAt) {
    return (
      <Text size="sm" c="danger">
        Ended <Time at={endedAt} as="since" />
      </Text>
    )
  }
  if (!endsIfUnusedAt) return <None />
  if (hasFixedEnd) {
    return (
      <Text size="sm" c="warn">
        Ends on <Time at={endsIfUnusedAt} as="date" />, used or not. Hand it over or sign in again before
      </Text>
    )
  }
  if (!isUnanswered) return <Time at={endsIfUnusedAt} as="date" />
  return (
    <Text size="sm" c="warn">
      Ends on <Time at={endsIfUnusedAt} as="date" /> unless we can use it before
    </Text>
  )
}

/** Uses a sign-in now, so that nobody has to wait for its turn. */
function Check({ signIn }: { signIn: SignIn }) {
  const { id, software, endedAt } = signIn
  const may = useMay()
  const check = async () => {
    const found = await bodyOf(api.POST('/api/v1/sign-ins/{id}/check', { params: { path: { id } } }))
    const how = found.endedAt ? 'signed them out' : found.isUnanswered ? 'isn’t answering' : 'works'
    toast(`${software} ${how}`)
    await queries.invalidateQueries({ queryKey: signInsQuery.queryKey })
  }
  if (!may('work_clients') || endedAt) return null
  return (
    <ActButton size="compact-sm" act={check} aria-label={`Check now: ${whose(signIn)}, ${software}`}>
      Check now
    </ActButton>
  )
}
