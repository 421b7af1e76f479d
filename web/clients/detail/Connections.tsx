import { Paper, Title } from '@mantine/core'
import { Time } from '../../components/Time.tsx'
import classes from './ClientPage.module.css'
import type { Onboarding } from './queries.ts'

/** What is connected: the bank's accounts, and the organisation in the software. */
export const Connections = ({ client: { connections, organisation } }: { client: Onboarding }) => (
  <Paper p="lg" component="section" aria-labelledby="connections">
    <Title order={2} id="connections">
      Connections
    </Title>
    {organisation.isNamedDifferently && (
      <p role="note">
        The software says “{organisation.ledgerName}”, you say “{organisation.name}”. Check it is the same business.
      </p>
    )}
    <ul className={classes.list}>
      {connections.map((connection) => (
        <li key={connection.id} className={classes.line}>
          <strong>{connection.institution ?? (connection.kind === 'bank' ? 'Bank' : 'Books')}</strong>
          <span>
            {connection.accounts
              .map(({ name, numberEnding }) => (numberEnding ? `${name} ••••${numberEnding}` : name))
              .join(', ')}
          </span>
          <span className={classes.dimmed}>
            connected <Time at={connection.connectedAt} as="past" />
            {connection.accessUntil && (
              <>
                {' · access until '}
                <Time at={connection.accessUntil} as="end" />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  </Paper>
)
