import { Alert, Button, Group } from '@mantine/core'
import { softwareLabel } from '../../../../domain/connections/ledgers.ts'
import '@mantine/core/styles/Alert.css'
import { useMay } from '../../../shell/useMe.ts'
import type { Onboarding } from '../queries.ts'

/** Warns if the ledger's organisation has another name than the client. `onSame` confirms one business. */
export function NamesDiffer(props: {
  client: Onboarding
  onDisconnect: (connection: Onboarding['connections'][number]) => void
  onSame?: () => void
}) {
  const { client, onDisconnect, onSame } = props
  const may = useMay()
  const { organisation, connections } = client
  const books = connections.find(({ kind }) => kind === 'books')
  if (!organisation.isNamedDifferently || !books) return null
  return (
    <Alert color="warn" variant="light" role="note" mt="md">
      {softwareLabel(books.provider)} is connected to “{organisation.ledgerName}”. You are in “{organisation.name}”.
      {may('work_clients') && (
        <Group gap="sm" mt="sm">
          {onSame && (
            <Button variant="default" size="compact-sm" onClick={onSame}>
              It is the same business
            </Button>
          )}
          <Button variant="default" size="compact-sm" onClick={() => onDisconnect(books)}>
            Disconnect
          </Button>
        </Group>
      )}
    </Alert>
  )
}
