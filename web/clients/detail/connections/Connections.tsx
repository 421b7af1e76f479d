import { Button } from '@mantine/core'
import { useState } from 'react'
import { Shown } from '../../../components/plain/Shown.tsx'
import { useFresh } from '../../../components/useFresh.ts'
import { useNow } from '../../../components/useNow.ts'
import { useMay, useZone } from '../../../shell/useMe.ts'
import { AddBankDialog } from '../../verbs/AddBankDialog.tsx'
import { firstOf } from '../../verbs/words.ts'
import classes from '../ClientPage.module.css'
import type { Onboarding } from '../queries.ts'
import { Section } from '../Section.tsx'
import { NamesDiffer } from '../steps/NamesDiffer.tsx'
import { ConnectionLine } from './ConnectionLine.tsx'
import { type Connection, stoppedWords } from './connectionWords.ts'
import { Reconnects } from './Reconnects.tsx'

/** Lists the banks and the ledger, each with its health, and the banks that the client stopped sharing. */
export function Connections(props: { client: Onboarding; onDisconnect: (connection: Connection) => void }) {
  const { client, onDisconnect } = props
  const may = useMay()
  const [now, zone] = [useNow(), useZone()]
  const { connections, stoppedBanks } = client
  const [isAsking, setAsking] = useState(false)
  const bank = client.steps.find(({ kind }) => kind === 'bank')
  const canAsk =
    may('work_clients') && client.allowed.includes('link') && (bank?.state === 'done' || bank?.phase === 'more_banks')
  const fresh = useFresh(Object.fromEntries(connections.map((one) => [one.id, { ...one, checkedAt: null }])))
  const isEmpty = connections.length + stoppedBanks.length === 0
  return (
    <>
      <Reconnects client={client} />
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
        {isEmpty && <p className={classes.note}>Nothing connected yet.</p>}
        <ul className={classes.list} hidden={isEmpty}>
          {connections.map((connection) => (
            <ConnectionLine
              key={connection.id}
              client={client}
              connection={connection}
              isFresh={fresh.has(connection.id)}
              onDisconnect={() => onDisconnect(connection)}
            />
          ))}
          {stoppedBanks.map((stopped) => (
            <li key={stopped.id} className={classes.connection}>
              <span className={classes.health}>
                <strong>{stopped.institution ?? 'Bank'}</strong>
                <Shown state={stoppedWords(stopped, { first: firstOf(client), now, zone })} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </>
  )
}
