import { Anchor, Button, Paper, Skeleton, Table, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { listed } from '../../domain/practice/rightWords.ts'
import { EmptyState } from '../components/page/EmptyState.tsx'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { None } from '../components/plain/States.tsx'
import { teamsQuery } from './queries.ts'
import classes from './Team.module.css'
import { NewTeamDialog } from './TeamDialogs.tsx'

/** Lists the teams of the practice, each linked to its page. */
export function Teams() {
  const [isMaking, setMaking] = useState(false)
  const { data, error, refetch } = useQuery(teamsQuery)
  const make = (
    <Button variant="default" onClick={() => setMaking(true)}>
      New team
    </Button>
  )
  return (
    <section aria-labelledby="teams" className={classes.section}>
      <div className={classes.head}>
        <Title order={2} id="teams">
          Teams
        </Title>
        {data && data.length > 0 && make}
      </div>
      {error && !data && <ErrorState title="We couldn’t load the teams" error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton height={112} aria-busy="true" />}
      {data?.length === 0 && (
        <EmptyState title="No teams yet" action={make}>
          A team is a group of colleagues that you give access to clients in one go.
        </EmptyState>
      )}
      {data && data.length > 0 && (
        <Paper>
          <Table layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Name</Table.Th>
                <Table.Th>Members</Table.Th>
                <Table.Th ta="right" w={88}>
                  Clients
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map(({ id, name, members, clients }) => (
                <Table.Tr key={id}>
                  <Table.Th scope="row" className={classes.name}>
                    <Anchor inherit renderRoot={(props) => <Link to="/team/teams/$id" params={{ id }} {...props} />}>
                      {name}
                    </Anchor>
                  </Table.Th>
                  <Table.Td>
                    {members.length > 0 ? (
                      listed(
                        members.map((one) => one.name),
                        2,
                      )
                    ) : (
                      <None />
                    )}
                  </Table.Td>
                  <Table.Td ta="right">{clients > 0 ? clients.toLocaleString('en-GB') : <None />}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
      )}
      {isMaking && <NewTeamDialog onClose={() => setMaking(false)} />}
    </section>
  )
}
