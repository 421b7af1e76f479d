import { Button, Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { ErrorState } from '../../components/page/ErrorState.tsx'
import { toast, toastFailure } from '../../components/toast.ts'
import { useFresh } from '../../components/useFresh.ts'
import { useMay } from '../../shell/useMe.ts'
import type { Onboarding } from '../detail/queries.ts'
import { ClientFrame } from '../frame/ClientFrame.tsx'
import { ResendDialog } from '../verbs/ResendDialog.tsx'
import { InviteUserDialog } from './InviteUserDialog.tsx'
import { freshPartsOf, type User, usersQuery } from './queries.ts'
import { RemoveUserDialog } from './RemoveUserDialog.tsx'
import { ResendUserDialog } from './ResendUserDialog.tsx'
import { UserRow } from './UserRow.tsx'
import classes from './UsersPage.module.css'
import { nameOf, words } from './words.ts'

const route = getRouteApi('/staff/clients/$id/users')

/** Lists the users of a client and the invited people; changes roles, resends links and removes users. */
export function UsersPage() {
  const { id } = route.useParams()
  return (
    <ClientFrame id={id} tab="users">
      {(client, readAnew) => <Users client={client} readAnew={readAnew} />}
    </ClientFrame>
  )
}

function Users({ client, readAnew }: { client: Onboarding; readAnew: () => Promise<unknown> }) {
  const may = useMay()
  const { organisation } = client
  const [isInviting, setInviting] = useState(false)
  const [resent, setResent] = useState<User | null>(null)
  const [removed, setRemoved] = useState<User | null>(null)
  const { data, error, refetch } = useQuery(usersQuery(organisation.id))
  const fresh = useFresh(data ? freshPartsOf(data.items) : null, organisation.id)
  const change = async (user: User, role: User['role']) => {
    const params = { path: { id: organisation.id, user: user.id } }
    await api.PATCH('/api/v1/organisations/{id}/users/{user}', { params, body: { role } })
    toast(`${nameOf(user)} is ${role === 'member' ? 'a Member' : 'a Business Admin'} now`)
    await readAnew()
  }
  const mayWork = may('work_clients')
  if (error && !data)
    return <ErrorState title="We couldn’t load the users" error={error} onRetry={() => void refetch()} />
  if (!data) return <UsersToCome />
  return (
    <section aria-labelledby="users">
      <div className={classes.head}>
        <div>
          <Title order={2} id="users">
            Users
          </Title>
          <Text size="sm" c="dimmed">
            They see what {organisation.name} shares with you, and can stop it.
          </Text>
        </div>
        {mayWork && (
          <Button variant="default" onClick={() => setInviting(true)}>
            {words.invite}
          </Button>
        )}
      </div>
      {data.items.length === 0 ? (
        <EmptyState title="Nobody has access yet">
          Whoever accepts the invitation becomes the first user, and its Business Admin.
        </EmptyState>
      ) : (
        <Paper>
          <ul>
            {data.items.map((user) => (
              <UserRow
                key={user.id}
                user={user}
                mayWork={mayWork}
                isFresh={fresh.has(user.id)}
                onResend={() => setResent(user)}
                onRole={(role) => void change(user, role).catch(toastFailure)}
                onRemove={() => setRemoved(user)}
              />
            ))}
          </ul>
        </Paper>
      )}
      {isInviting && (
        <InviteUserDialog organisationId={organisation.id} onDone={readAnew} onClose={() => setInviting(false)} />
      )}
      {resent &&
        (resent.invitation?.kind === 'onboarding' ? (
          <ResendDialog client={client} onClose={() => setResent(null)} />
        ) : (
          <ResendUserDialog
            user={resent}
            organisationId={organisation.id}
            onDone={readAnew}
            onClose={() => setResent(null)}
          />
        ))}
      {removed && (
        <RemoveUserDialog
          user={removed}
          organisation={organisation}
          onDone={readAnew}
          onClose={() => setRemoved(null)}
        />
      )}
    </section>
  )
}

const UsersToCome = () => (
  <Stack gap="lg" aria-busy="true">
    <Skeleton height={44} width={320} />
    <Skeleton height={112} />
  </Stack>
)
