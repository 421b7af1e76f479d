import { Button, Group, Paper, Text, Title } from '@mantine/core'
import { Time } from '../../components/Time.tsx'
import { useMay } from '../../shell/useMe.ts'
import classes from './ClientPage.module.css'
import type { Doing } from './ClientPage.tsx'
import type { Onboarding } from './queries.ts'
import { tellFailure, useCopyLink } from './tell.ts'

const CHANNELS = { email: 'Email', sms: 'Text' }
const sentence = (state: string) => state.charAt(0).toUpperCase() + state.slice(1)

/** Who was invited and how far it came, attempt by attempt; and what can be done about it. */
export function Invitation({ client, onDo }: { client: Onboarding; onDo: (doing: Doing) => void }) {
  const may = useMay()
  const copyLink = useCopyLink()
  const { invitation, allowed } = client
  const can = (verb: Onboarding['allowed'][number]) => allowed.includes(verb) && may('work_clients')
  return (
    <Paper p="lg" component="section" aria-labelledby="invitation">
      <Title order={2} id="invitation">
        Invitation
      </Title>
      {invitation ? (
        <>
          <Text size="sm" fw={600}>
            {invitation.name}
          </Text>
          {invitation.acceptedAt ? (
            <Text size="sm" c="dimmed">
              Accepted <Time at={invitation.acceptedAt} as="past" />
            </Text>
          ) : (
            invitation.expiresAt && (
              <Text size="sm" c="dimmed">
                Works until <Time at={invitation.expiresAt} as="end" />
              </Text>
            )
          )}
          <ul className={classes.list}>
            {invitation.deliveries.map((one) => (
              <li key={one.id} className={classes.line}>
                <span>
                  {CHANNELS[one.channel]} {one.address}
                </span>
                <span>
                  {sentence(one.state)} <Time at={one.at} as="past" />
                </span>
                {one.reason && <span className={classes.dimmed}>{one.reason}</span>}
              </li>
            ))}
          </ul>
          {invitation.opened > 0 && (
            <Text size="xs" c="dimmed" mt="sm">
              Opened {invitation.opened === 1 ? 'once' : `${invitation.opened} times`}, mail scanners included
            </Text>
          )}
        </>
      ) : (
        <Text size="sm" c="dimmed">
          Nobody has been invited yet.
        </Text>
      )}
      <Group gap="sm" mt="md">
        {can('link') && (
          <Button variant="default" onClick={() => void copyLink(client.id).catch(tellFailure)}>
            Copy link
          </Button>
        )}
        {can('invite') && (
          <Button variant="default" onClick={() => onDo('invite')}>
            {invitation ? 'Send to another address' : 'Invite'}
          </Button>
        )}
        {invitation && can('invite') && (
          <Button variant="default" onClick={() => onDo('resend')}>
            Resend
          </Button>
        )}
        {can('extend') && (
          <Button variant="default" onClick={() => onDo('extend')}>
            Extend
          </Button>
        )}
        {allowed.includes('cancel') && may('cancel_clients') && (
          <Button variant="default" onClick={() => onDo('cancel')}>
            Cancel onboarding
          </Button>
        )}
      </Group>
    </Paper>
  )
}
