import { Button } from '@mantine/core'
import { softwareLabel } from '../../../domain/ledgers.ts'
import { Time } from '../../components/Time.tsx'
import { useFresh } from '../../components/useFresh.ts'
import { useMay } from '../../shell/useMe.ts'
import { AccountName } from './AccountName.tsx'
import classes from './ClientPage.module.css'
import type { Onboarding } from './queries.ts'
import { Section } from './Section.tsx'
import { NamesDiffer } from './steps/NamesDiffer.tsx'

type Connection = Onboarding['connections'][number]

/** Lists the bank and ledger connections with their accounts and the end of access; each can be disconnected. */
export function Connections(props: { client: Onboarding; onDisconnect: (connection: Connection) => void }) {
  const { client, onDisconnect } = props
  const may = useMay()
  const { connections } = client
  const fresh = useFresh(Object.fromEntries(connections.map((one) => [one.id, one])))
  return (
    <Section id="connections" title="Connections" isFolded>
      <NamesDiffer client={client} onDisconnect={onDisconnect} />
      {connections.length === 0 && <p className={classes.note}>Neither bank nor books are connected yet.</p>}
      <ul className={classes.list} hidden={connections.length === 0}>
        {connections.map((connection) => (
          <li key={connection.id} className={classes.connection} data-fresh={fresh.has(connection.id) || undefined}>
            <span>
              <strong>{nameOf(connection)}</strong>
              <span className={classes.note}>
                connected <Time at={connection.connectedAt} as="past" />
                {connection.connectedBy && ` by ${connection.connectedBy}`}
                {connection.accessUntil && (
                  <>
                    {' · access until '}
                    <Time at={connection.accessUntil} as="end" />
                  </>
                )}
              </span>
              {connection.state === 'lost' && (
                <span className={classes.why}>{connection.lastError ?? 'The connection has ended.'}</span>
              )}
            </span>
            {may('work_clients') && (
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => onDisconnect(connection)}
                aria-label={`Disconnect ${nameOf(connection)}`}
              >
                Disconnect
              </Button>
            )}
            <ul className={classes.accounts}>
              {connection.accounts.map((account) => (
                <li key={account.id}>
                  <AccountName account={account} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Section>
  )
}

const nameOf = ({ kind, institution, provider }: Connection): string =>
  kind === 'bank' ? (institution ?? 'Bank') : `${softwareLabel(provider)}: ${institution ?? 'organisation'}`
