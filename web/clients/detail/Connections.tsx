import { Anchor, Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { softwareLabel } from '../../../domain/ledgers.ts'
import { Time } from '../../components/Time.tsx'
import { useFresh } from '../../components/useFresh.ts'
import { useMay } from '../../shell/useMe.ts'
import { useClientPath } from '../frame/useClientPath.ts'
import { AddBankDialog } from '../verbs/AddBankDialog.tsx'
import { AccountName } from './AccountName.tsx'
import classes from './ClientPage.module.css'
import type { Onboarding } from './queries.ts'
import { Section } from './Section.tsx'
import { NamesDiffer } from './steps/NamesDiffer.tsx'

type Connection = Onboarding['connections'][number]
type Account = Connection['accounts'][number]

/** Lists the banks and the ledger with their accounts, matches and the end of access; each can be disconnected. */
export function Connections(props: { client: Onboarding; onDisconnect: (connection: Connection) => void }) {
  const { client, onDisconnect } = props
  const may = useMay()
  const { connections } = client
  const [isAsking, setAsking] = useState(false)
  const bank = client.steps.find(({ kind }) => kind === 'bank')
  const canAsk = may('work_clients') && client.allowed.includes('link') && bank?.state === 'done'
  const fresh = useFresh(Object.fromEntries(connections.map((one) => [one.id, one])))
  return (
    <Section
      id="connections"
      title="Connections"
      isFolded
      beside={
        canAsk &&
        client.invitation?.acceptedAt && (
          <Button variant="default" size="compact-sm" onClick={() => setAsking(true)}>
            Add another bank
          </Button>
        )
      }
    >
      {isAsking && <AddBankDialog client={client} onClose={() => setAsking(false)} />}
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
                  {connection.kind === 'bank' && <Matched client={client} account={account} />}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Says which account in the books a bank account is matched to; a link to match it where that can be done. */
function Matched({ client, account: { id, name } }: { client: Onboarding; account: Account }) {
  const path = useClientPath(client.id)
  const may = useMay()
  const books = client.connections.find(({ kind }) => kind === 'books')
  if (!books) return null
  const match = client.mapping.find(({ bankAccount }) => bankAccount === id)
  const matched = books.accounts.find((one) => one.id === match?.ledgerAccount)
  if (matched) {
    return (
      <span
        className={classes.dimmed}
      >{` · matched to ${[matched.code, matched.name].filter(Boolean).join(' ')}`}</span>
    )
  }
  const canMatch = client.steps.some(({ kind, allowed }) => kind === 'mapping' && allowed.includes('match'))
  return (
    <span className={classes.dimmed}>
      {match ? ' · has none in the books' : ' · not matched '}
      {!match && canMatch && client.suggestions && may('work_clients') && (
        <Anchor
          component={Link}
          to={`${path}/match` as string}
          size="sm"
          underline="always"
          aria-label={`Match ${name}`}
        >
          Match
        </Anchor>
      )}
    </span>
  )
}

const nameOf = ({ kind, institution, provider }: Connection): string =>
  kind === 'bank' ? (institution ?? 'Bank') : `${softwareLabel(provider)}: ${institution ?? 'organisation'}`
