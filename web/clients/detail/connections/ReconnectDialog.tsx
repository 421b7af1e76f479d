import { Stack, Text } from '@mantine/core'
import { softwareLabel } from '../../../../domain/connections/ledgers.ts'
import { api, bodyOf } from '../../../api/client.ts'
import { ActDialog } from '../../../components/ActDialog.tsx'
import { CopyButton } from '../../../components/CopyButton.tsx'
import { Time } from '../../../components/Time.tsx'
import { type Connection, signedInBy } from './connectionWords.ts'

/** Returns the address at which a colleague reconnects a ledger. It opens the dialog below, for who is signed in. */
export const reconnectAddress = (path: string, { id }: Connection): string =>
  `${location.origin}${path}?reconnect=${id}`

/** Goes to the ledger to sign in again. The page that it comes back to says what came of it. */
export async function reconnect({ id }: Pick<Connection, 'id'>): Promise<void> {
  const { url } = await bodyOf(api.POST('/api/v1/connections/{id}/reconnect', { params: { path: { id } } }))
  location.assign(url)
}

/** Says who connected a ledger before and what reconnecting does, then signs in there, or passes the link on. */
export function ReconnectDialog(props: { connection: Connection; path: string; onClose: () => void }) {
  const { connection, path, onClose } = props
  const software = softwareLabel(connection.provider)
  const name = connection.institution ?? 'the same organisation'
  const before = signedInBy(connection)
  return (
    <ActDialog
      title={`Reconnect ${software}: ${name}`}
      label={`Sign in to ${software}`}
      act={() => reconnect(connection)}
      onClose={onClose}
    >
      <Stack gap="md">
        <Text size="sm">
          Connected before{before && ` by ${before}`}, <Time at={connection.connectedAt} as="end" />.
        </Text>
        <Text size="sm">
          Sign in as somebody who may read {name}. Accounts, matches and history stay. Until the new sign-in has read
          it, nothing changes.
        </Text>
        <CopyButton text={reconnectAddress(path, connection)} label="Copy reconnect link for a colleague" />
      </Stack>
    </ActDialog>
  )
}
