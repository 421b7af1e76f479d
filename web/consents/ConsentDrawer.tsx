import { Button, Drawer, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { Shown } from '../components/plain/Shown.tsx'
import { Time } from '../components/Time.tsx'
import { useNow } from '../components/useNow.ts'
import { useMay, useZone } from '../shell/useMe.ts'
import { ConfirmForClient } from './ConfirmForClient.tsx'
import classes from './Consents.module.css'
import { Situation } from './ConsentTable.tsx'
import { accessOf, accountsOf } from './consentWords.ts'
import { consentQuery } from './queries.ts'
import { SnoozeAccess, Snoozed } from './SnoozeAccess.tsx'
import { useAskToConfirm } from './useAskToConfirm.ts'

/** One consent beside the list: how it stands, its accounts, what happened to it, and the way to its client. */
export function ConsentDrawer({ id, isPhone, onClose }: { id: string; isPhone: boolean; onClose: () => void }) {
  const [now, zone] = [useNow(), useZone()]
  const { data, error, refetch } = useQuery(consentQuery(id))
  const { canAsk, ask, asking } = useAskToConfirm()
  const mayConfirm = useMay()('confirm_for_clients')
  const [confirms, setConfirms] = useState(false)
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={isPhone ? '100%' : 480}
      title={data ? `${data.organisation.name}: ${data.bank ?? 'Bank'}` : 'Bank access'}
    >
      {error && !data && <ErrorState title="We couldn’t load this bank" error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={240} aria-busy="true" />}
      {data && (
        <Stack gap="lg">
          <Stack gap="xs" align="flex-start">
            <Shown state={accessOf(data, now, zone)} about="Access" />
            <Situation row={data} now={now} zone={zone} isWhole />
            {data.downSince && (
              <Text size="sm" c="dimmed">
                {data.bank ?? 'The bank'} isn’t answering since <Time at={data.downSince} as="since" />. We keep trying;
                the client isn’t asked.
              </Text>
            )}
            <Snoozed consent={data} />
            {data.unanswered && (
              <Text size="sm" c="dimmed">
                {data.unanswered.provider} couldn’t be asked since <Time at={data.unanswered.since} as="since" />. Dates
                are the ones we know.
              </Text>
            )}
          </Stack>
          <section aria-label="Accounts">
            <Title order={3} mb="xs">
              {accountsOf(data.accounts)}
            </Title>
            <ul className={classes.accounts}>
              {data.shared.map((account, n) => (
                <li key={`${account.name} ${account.last4} ${n}`}>
                  {account.name}
                  <span className={classes.second}>
                    ••••{account.last4}
                    {account.sortCode && ` · ${account.sortCode.replace(/(\d\d)(\d\d)(\d\d)/, '$1-$2-$3')}`}
                  </span>
                </li>
              ))}
            </ul>
          </section>
          <section aria-label="History">
            <Title order={3} mb="xs">
              What happened
            </Title>
            <ol className={classes.history}>
              {data.history.map((entry) => (
                <li key={entry.seq}>
                  {entry.sentence}
                  {entry.note && <span className={classes.second}>{entry.note}</span>}
                  <span className={classes.second}>
                    <Time at={entry.at} as="end" />
                    {entry.actor.name && ` · ${entry.actor.name}`}
                  </span>
                </li>
              ))}
              <li>
                Given
                <span className={classes.second}>
                  <Time at={data.givenAt} as="end" />
                </span>
              </li>
            </ol>
          </section>
          {mayConfirm && data.forClient?.until === null && (
            <Text size="sm">
              {data.bank ?? 'This bank'} needs {data.contact ?? 'the client'} to confirm.
            </Text>
          )}
          <Group gap="sm">
            {canAsk(data) && (
              <Button onClick={() => ask(data)} loading={asking === data.id}>
                Ask to confirm
              </Button>
            )}
            {mayConfirm && data.forClient?.until && (
              <Button variant="default" onClick={() => setConfirms(true)}>
                Confirm for {data.contact ?? 'the client'}
              </Button>
            )}
            <SnoozeAccess consent={data} />
            <Button variant="default" component={Link} to={`/clients/${data.onboardingId}` as string}>
              Open client
            </Button>
          </Group>
          {confirms && data.forClient?.until && (
            <ConfirmForClient consent={data} until={data.forClient.until} onClose={() => setConfirms(false)} />
          )}
        </Stack>
      )}
    </Drawer>
  )
}
