import { Button, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { LEDGERS } from '../../../domain/connections/ledgers.ts'
import { attempt } from '../../components/toast.ts'
import { useMay, useMe } from '../../shell/useMe.ts'
import { Connections } from '../detail/connections/Connections.tsx'
import type { Onboarding } from '../detail/queries.ts'
import { LedgerDialog } from '../detail/steps/LedgerDialog.tsx'
import { openBooks } from '../detail/steps/openBooks.ts'
import { ledgerAsks } from '../detail/steps/stepWords.ts'
import { BY_HAND, connectableNow, ledgerOf, placesWarning } from '../software/softwareWords.ts'
import { DisconnectDialog } from '../verbs/DisconnectDialog.tsx'
import classes from './SettingsPage.module.css'

/** Lists the connections and ends them; offers the ledgers to connect while that step allows it, and lists the others. */
export function ConnectionsSection({ client }: { client: Onboarding }) {
  const may = useMay()
  const { ledgers, writeTo } = useMe()
  const [isAsking, setAsking] = useState(false)
  const [ending, setEnding] = useState<Onboarding['connections'][number] | null>(null)
  const books = client.steps.find(({ kind }) => kind === 'books')
  const canConnect = may('work_clients') && books?.allowed.includes('connect')
  const asked = books && ledgerAsks(books)
  const { software } = client.organisation
  const inOrder = LEDGERS.toSorted((one, other) => Number(other.id === software) - Number(one.id === software))
  const connect = (provider: string) => attempt(async () => location.assign(await openBooks(client, provider)))
  return (
    <div className={classes.connections}>
      <Connections client={client} onDisconnect={setEnding} />
      {ending && <DisconnectDialog client={client} connection={ending} onClose={() => setEnding(null)} />}
      {canConnect && (
        <Stack gap="sm" mt="lg">
          <Title order={3}>Accounting software</Title>
          <ul className={classes.tiles}>
            {inOrder.map(({ id, label }) => {
              const ledger = ledgerOf(id, ledgers)
              const note = ledger ? placesWarning(ledger, writeTo) : BY_HAND
              return (
                <li key={id} className={classes.tile}>
                  <strong>{label}</strong>
                  {connectableNow(id, ledgers) && (
                    <Button
                      variant="default"
                      onClick={asked ? () => setAsking(true) : connect(id)}
                      aria-label={`${asked ?? 'Connect'} ${label}`}
                    >
                      {asked ?? 'Connect'}
                    </Button>
                  )}
                  {note && (
                    <Text size="xs" c="dimmed">
                      {note}
                    </Text>
                  )}
                </li>
              )
            })}
          </ul>
        </Stack>
      )}
      {isAsking && <LedgerDialog client={client} onClose={() => setAsking(false)} />}
    </div>
  )
}
