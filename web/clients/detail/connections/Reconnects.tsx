import { Alert, Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { softwareLabel } from '../../../../domain/connections/ledgers.ts'
import { api, bodyOf, type Schema } from '../../../api/client.ts'
import { attempt, toast } from '../../../components/toast.ts'
import { useMay } from '../../../shell/useMe.ts'
import { useClientPath } from '../../frame/useClientPath.ts'
import classes from '../ClientPage.module.css'
import type { Onboarding } from '../queries.ts'
import type { Connection } from './connectionWords.ts'
import { ReconnectDialog, reconnect } from './ReconnectDialog.tsx'

type Reconnected = Schema['Reconnected']

/**
 * The reconnecting of a ledger that the address names: `?reconnect=` asks for it, as a link that was passed on does, and
 * `?reconnected=` says what came of it.
 */
export function Reconnects({ client }: { client: Onboarding }) {
  const { reconnect: asked, reconnected: done } = useSearch({ strict: false }) as Record<string, unknown>
  const { history } = useRouter()
  const may = useMay()
  const path = useClientPath(client.id)
  const leave = () => history.replace(history.location.pathname)
  const find = (id: unknown) => client.connections.find((one) => one.id === id && one.kind === 'books')
  const [wanted, tried] = [find(asked), find(done)]
  if (wanted && may('work_clients')) return <ReconnectDialog connection={wanted} path={path} onClose={leave} />
  return tried ? <Result client={client} connection={tried} onLeave={leave} /> : null
}

function Result(props: { client: Onboarding; connection: Connection; onLeave: () => void }) {
  const { client, connection, onLeave } = props
  const match = useMatch(client)
  const { id, institution } = connection
  const { data: read } = useQuery({
    queryKey: ['reconnected', id],
    queryFn: () => bodyOf(api.GET('/api/v1/connections/{id}/reconnected', { params: { path: { id } } })),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  const data = read?.result
  const isDone = data?.outcome === 'moved'
  useEffect(() => {
    if (!isDone || !data) return
    onLeave()
    toastReconnected(data, match)
  })
  if (!data || isDone) return null
  const chosen = data.found.map((name) => `“${name}”`).join(', ')
  const isAway = data.outcome === 'unanswered'
  return (
    <Alert
      className={classes.note}
      color="warn"
      title={
        isAway
          ? `${softwareLabel(connection.provider)} didn’t answer`
          : chosen
            ? `You chose ${chosen}`
            : 'You chose no organisation'
      }
      withCloseButton
      closeButtonLabel="Close"
      onClose={onLeave}
      role="status"
    >
      <Text size="sm" mb="sm">
        {!isAway && `Before, it was “${institution}”. `}Nothing was changed.
      </Text>
      <Button variant="default" size="compact-sm" onClick={attempt(() => reconnect(connection))}>
        Try again
      </Button>
    </Alert>
  )
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

/** The time for which a toast with a button is shown, in ms. */
const WITH_BUTTON_MS = 10_000

/** Returns the act that opens matching; null where nothing can be matched by this member. */
function useMatch(client: Onboarding): (() => void) | null {
  const { history } = useRouter()
  const may = useMay()
  const path = useClientPath(client.id)
  const canMatch = client.steps.some(({ kind, allowed }) => kind === 'mapping' && allowed.includes('match'))
  return canMatch && client.suggestions && may('work_clients') ? () => history.push(`${path}/match`) : null
}

/** Says `Reconnected. 3 of 4 matches kept, 1 account is new.`, with the button that matches what is not matched yet. */
function toastReconnected({ kept, matched, added }: Reconnected, match: (() => void) | null): void {
  const parts = [
    matched > 0 && `${kept} of ${counted(matched, 'match').replace(/matchs$/, 'matches')} kept`,
    added > 0 && `${counted(added, 'account')} ${added === 1 ? 'is' : 'are'} new`,
  ].filter(Boolean)
  const said = parts.length > 0 ? `Reconnected. ${parts.join(', ')}.` : 'Reconnected.'
  if (!match || (added === 0 && kept === matched)) {
    toast(said)
    return
  }
  const press = () => {
    notifications.clean()
    match()
  }
  toast(
    <Group gap="sm">
      <span>{said}</span>
      <Button variant="subtle" size="compact-sm" onClick={press}>
        Match
      </Button>
    </Group>,
    WITH_BUTTON_MS,
  )
}
