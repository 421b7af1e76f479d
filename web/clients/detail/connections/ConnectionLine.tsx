import { Anchor, Button, Menu } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { softwareLabel } from '../../../../domain/connections/ledgers.ts'
import { api, bodyOf } from '../../../api/client.ts'
import { copyText } from '../../../components/copyText.tsx'
import { ManageMenu } from '../../../components/ManageMenu.tsx'
import { Shown } from '../../../components/plain/Shown.tsx'
import { Time } from '../../../components/Time.tsx'
import { attempt, toast, toastFailure } from '../../../components/toast.ts'
import { useNow } from '../../../components/useNow.ts'
import { useAskToConfirm } from '../../../consents/useAskToConfirm.ts'
import { useMay, useMe, useZone } from '../../../shell/useMe.ts'
import { useClientPath } from '../../frame/useClientPath.ts'
import { keep } from '../../verbs/keep.ts'
import { firstOf, firstWithin } from '../../verbs/words.ts'
import classes from '../ClientPage.module.css'
import type { Onboarding } from '../queries.ts'
import { AccountName } from './AccountName.tsx'
import { ClosedAccounts } from './ClosedAccounts.tsx'
import { askedAbout, type Connection, hasEnded, healthOf, nameOf, signedInBy } from './connectionWords.ts'
import { MissingAccounts } from './MissingAccounts.tsx'
import { reconnectAddress } from './ReconnectDialog.tsx'

type Account = Connection['accounts'][number]

/** One bank or ledger: how it stands, its accounts with their matches, who connected it, and what can be done. */
export function ConnectionLine(props: {
  client: Onboarding
  connection: Connection
  isFresh: boolean
  onDisconnect: () => void
}) {
  const { client, connection, isFresh, onDisconnect } = props
  const [now, zone] = [useNow(), useZone()]
  const may = useMay()
  const name = nameOf(connection)
  const check = useCheck(name)
  const { role } = useMe()
  const path = useClientPath(client.id)
  const { history } = useRouter()
  const goTo = ({ id }: Connection) => history.push(`${path}?reconnect=${id}`)
  const copyLink = async () => {
    if (connection.kind === 'books') return copyText(reconnectAddress(path, connection), FOR_COLLEAGUE)
    const params = { path: { id: client.id } }
    const { url } = await bodyOf(
      api.POST('/api/v1/onboardings/{id}/links', { params, body: { reconnects: connection.id } }),
    )
    return copyText(url ?? '', `Link for ${firstWithin(client)} copied`)
  }
  return (
    <li className={classes.connection} data-fresh={isFresh || undefined}>
      <span className={classes.health}>
        <strong>{name}</strong>
        <Shown state={healthOf(connection, { first: firstOf(client), now, zone })} about={name} />
        {connection.lastError && <span className={classes.note}>{connection.lastError}</span>}
      </span>
      {may('work_clients') && (
        <span className={classes.acts}>
          <LikelyAct client={client} connection={connection} check={check} onReconnect={() => goTo(connection)} />
          <ManageMenu of={name}>
            <Menu.Item onClick={() => check.mutate(connection)}>Check now</Menu.Item>
            {connection.kind === 'books' && role !== 'support' && (
              <Menu.Item onClick={() => goTo(connection)}>Reconnect</Menu.Item>
            )}
            {role !== 'support' && (connection.kind === 'books' || client.allowed.includes('link')) && (
              <Menu.Item onClick={attempt(copyLink)}>Copy reconnect link</Menu.Item>
            )}
            <Menu.Item c="danger" onClick={onDisconnect}>
              Disconnect
            </Menu.Item>
          </ManageMenu>
        </span>
      )}
      <MissingAccounts client={client} connection={connection} />
      <ul className={classes.accounts} hidden={connection.accounts.length === 0}>
        {connection.accounts.map((account) => (
          <li key={account.id}>
            <AccountName account={account} />
            {connection.kind === 'bank' && <Matched client={client} account={account} />}
          </li>
        ))}
      </ul>
      <ClosedAccounts connection={connection} />
      <ConnectedBy connection={connection} />
    </li>
  )
}

const FOR_COLLEAGUE = 'Link for a colleague copied. They sign in themselves'

type Check = ReturnType<typeof useCheck>

/** Returns the act that asks the provider now and says what it found. */
function useCheck(name: string) {
  return useMutation({
    mutationFn: ({ id }: Connection) =>
      bodyOf(api.POST('/api/v1/connections/{id}/check', { params: { path: { id } } })),
    onSuccess: (client, { id }) => {
      const found = client.connections.find((one) => one.id === id)
      keep(client)
      if (!found) return
      toast(
        found.state === 'lost'
          ? `${name} can’t be read`
          : found.health === 'unanswered'
            ? `${name} isn’t answering`
            : `${name} works`,
      )
    },
    onError: toastFailure,
  })
}

/** The one button that helps a connection in its present health; none while it works. */
function LikelyAct(props: { client: Onboarding; connection: Connection; check: Check; onReconnect: () => void }) {
  const { client, connection, check, onReconnect } = props
  const { role } = useMe()
  const now = useNow()
  const { canAsk, ask, asking } = useAskToConfirm()
  const { id, state, health, consent, downSince } = connection
  const name = nameOf(connection)
  const button = (label: string, onClick: () => void, isLoading: boolean) => (
    <Button variant="default" size="compact-sm" onClick={onClick} loading={isLoading} aria-label={`${label}: ${name}`}>
      {label}
    </Button>
  )
  const asked = askedAbout(client, connection)
  if (consent && asked) {
    const label = hasEnded(connection, now)
      ? 'Ask to reconnect'
      : consent.askedAt === null
        ? 'Ask to confirm'
        : 'Remind'
    if (canAsk(asked) && client.allowed.includes('link')) return button(label, () => ask(asked), asking === id)
  }
  if (connection.kind === 'books' && state === 'lost' && role !== 'support') {
    return button('Reconnect', onReconnect, false)
  }
  if (state === 'connected' && health === 'unanswered' && downSince === null) {
    return button('Check now', () => check.mutate(connection), check.isPending)
  }
  return null
}

/** Says who connected it and when; of a ledger, how many clients are read through the same sign-in. */
function ConnectedBy({ connection }: { connection: Connection }) {
  const { kind, provider, connectedAt, signIn } = connection
  const by = signedInBy(connection)
  return (
    <span className={classes.made}>
      {kind === 'bank' ? 'Connected' : `Signed in to ${softwareLabel(provider)}`}
      {by && ` by ${by}`}, <Time at={connectedAt} as="end" />
      {signIn && signIn.clients > 1 && (
        <>
          {` · this sign-in holds ${signIn.clients} clients `}
          <Anchor component={Link} to={'/consents/sign-ins' as string} size="xs" underline="always">
            Hand over
          </Anchor>
        </>
      )}
    </span>
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
    const account = [matched.code, matched.name].filter(Boolean).join(' ')
    return <span className={classes.dimmed}>{` · matched to ${account}`}</span>
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
