import { Anchor, Button, Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../api/client.ts'
import { colleaguesQuery } from '../clients/useColleagues.ts'
import { EmptyState } from '../components/page/EmptyState.tsx'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { NoRight } from '../components/page/NoRight.tsx'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { Select } from '../components/Select.tsx'
import { useMay } from '../shell/useMe.ts'
import { type Team, teamsQuery, useAct } from './queries.ts'
import classes from './Team.module.css'
import { DeleteTeamDialog, RenameDialog } from './TeamDialogs.tsx'
import { words } from './words.ts'

const route = getRouteApi('/staff/team/teams/$id')

/** The page of a team: changes its members and name, or deletes it. */
export function OneTeamPage() {
  const may = useMay()
  return may('manage_team') ? <Found /> : <NoRight title="Team" right="manage_team" />
}

function Found() {
  const { id } = route.useParams()
  const { data, error, refetch } = useQuery(teamsQuery)
  const team = data?.find((one) => one.id === id)
  if (team) return <OneTeam key={id} team={team} />
  if (!data && !error) {
    return (
      <Stack gap="lg" aria-busy="true">
        <Skeleton height={28} width={240} />
        <Skeleton height={168} />
      </Stack>
    )
  }
  return (
    <>
      <PageTitle title="Team" />
      {data ? (
        <EmptyState title="This team is gone" action={<ToTeam>See the teams</ToTeam>}>
          Somebody deleted it, or the address isn’t right.
        </EmptyState>
      ) : (
        <ErrorState title="We couldn’t load this team" error={error} onRetry={refetch} />
      )}
    </>
  )
}

const ToTeam = ({ children }: { children: string }) => (
  <Anchor component={Link} to="/team" size="sm">
    {children}
  </Anchor>
)

function OneTeam({ team }: { team: Team }) {
  const { id, name, members } = team
  const go = useNavigate()
  const act = useAct()
  const { data: colleagues = [] } = useQuery(colleaguesQuery)
  const [asked, setAsked] = useState<'rename' | 'delete' | null>(null)
  const close = () => setAsked(null)
  const within = new Set(members.map((one) => one.id))
  const others = colleagues.filter((one) => !within.has(one.id))
  const change = (body: { add: string[]; remove: string[] }, message: string) =>
    void act(() => api.PATCH('/api/v1/teams/{id}', { params: { path: { id } }, body }), message)
  return (
    <>
      <nav aria-label="Breadcrumb">
        <ToTeam>Team</ToTeam>
      </nav>
      <PageTitle title={name} tab={`${name} · Team`}>
        <Button variant="default" onClick={() => setAsked('rename')}>
          Rename
        </Button>
        <Button variant="default" onClick={() => setAsked('delete')}>
          Delete team
        </Button>
      </PageTitle>
      <Text size="sm" c="dimmed" mb="xl">
        {words.facts(team)}
      </Text>
      <section aria-labelledby="members" className={classes.column}>
        <Title order={2} id="members" mb="md">
          Members
        </Title>
        {members.length === 0 && (
          <Text size="sm" c="dimmed">
            Nobody is in this team yet.
          </Text>
        )}
        {members.length > 0 && (
          <Paper>
            <ul className={classes.list}>
              {members.map((one) => (
                <li key={one.id} className={classes.item}>
                  <Text size="sm" fw={600} className={classes.whole}>
                    {one.name}
                  </Text>
                  <Button
                    variant="default"
                    size="compact-sm"
                    className={classes.manage}
                    aria-label={`Take out ${one.name}`}
                    onClick={() => change({ add: [], remove: [one.id] }, `Took ${one.name} out of the team`)}
                  >
                    Take out
                  </Button>
                </li>
              ))}
            </ul>
          </Paper>
        )}
        {others.length > 0 && (
          <Select
            label="Add a colleague"
            placeholder="Choose a colleague"
            description="You give the team access in a client’s settings. Whoever joins it sees those clients from then on."
            searchable
            mt="lg"
            data={others.map((one) => ({ value: one.id, label: one.name }))}
            value={null}
            onChange={(chosen) => {
              const one = others.find((other) => other.id === chosen)
              if (one) change({ add: [one.id], remove: [] }, `${one.name} is in the team now`)
            }}
          />
        )}
      </section>
      {asked === 'rename' && <RenameDialog team={team} onClose={close} />}
      {asked === 'delete' && (
        <DeleteTeamDialog team={team} onClose={close} onGone={() => void go({ to: '/team' as string })} />
      )}
    </>
  )
}
