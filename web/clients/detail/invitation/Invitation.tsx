import { Button, Group, Text, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { isDead } from '../../../../domain/messageFacts.ts'
import { Shown } from '../../../components/plain/Shown.tsx'
import { Time } from '../../../components/Time.tsx'
import { attempt } from '../../../components/toast.ts'
import { useFresh } from '../../../components/useFresh.ts'
import { useMay } from '../../../shell/useMe.ts'
import { shownDelivery, shownOff } from '../../../words/states.ts'
import { useCopyLink } from '../../row/useCopyLink.ts'
import { phoneOf } from '../../verbs/words.ts'
import classes from '../ClientPage.module.css'
import type { Doing } from '../ClientPage.tsx'
import type { Onboarding } from '../queries.ts'
import { Section } from '../Section.tsx'
import { InvitationMenu } from './InvitationMenu.tsx'

type Delivery = NonNullable<Onboarding['invitation']>['deliveries'][number]

type Channel = NonNullable<NonNullable<Onboarding['invitation']>['acceptedThrough']>

/** Returns how far a message came. */
const shownAt = ({ channel, delivery: state }: Delivery) => shownDelivery({ channel, state })

/** Returns the state after acceptance: `used` for the accepting channel, a failed delivery as it is, else off. */
function shownAfter(used: Channel, one: Delivery) {
  if (used === one.channel) return shownDelivery({ channel: one.channel, state: 'used' })
  return isDead(one.state) ? shownAt(one) : shownOff(one.channel)
}

const CHANNELS = { email: 'Email', sms: 'Text' }
const PURPOSES: Record<string, string> = {
  client_touch: 'reminder',
  continue_link: 'link to go on',
  another_bank: 'another bank',
  bank_back: 'bank works again',
}

/** The invitation card: the recipient, the deliveries, how long the link works, and the verbs. */
export function Invitation({ client, onDo }: { client: Onboarding; onDo: (doing: Doing) => void }) {
  const may = useMay()
  const link = useCopyLink()
  const [hasHistory, setHistory] = useState(false)
  const { invitation, allowed } = client
  const present = invitation?.deliveries.filter((one) => one.generation === invitation.generation) ?? []
  const earlier = invitation?.deliveries.filter((one) => one.generation !== invitation.generation) ?? []
  return (
    <Section id="invitation" title="Invitation">
      {invitation ? (
        <>
          <Text size="sm" fw={600} mt="md">
            {invitation.name ?? 'No name given'}
          </Text>
          <Text size="sm" c="dimmed">
            <Standing client={client} />
          </Text>
          {invitation.acceptedThrough === 'link' && <p className={classes.note}>Accepted through a copied link</p>}
          <Attempts deliveries={present} used={invitation.acceptedAt ? invitation.acceptedThrough : null} />
          <Text size="xs" c="dimmed" mt="sm">
            Link {invitation.generation} of {invitation.generation}
            {earlier.length > 0 && (
              <>
                {' · '}
                <UnstyledButton
                  className={classes.link}
                  aria-expanded={hasHistory}
                  onClick={() => setHistory(!hasHistory)}
                >
                  History
                </UnstyledButton>
              </>
            )}
          </Text>
          {invitation.opened > 0 && (
            <Text size="xs" c="dimmed">
              Link opened {invitation.opened === 1 ? 'once' : `${invitation.opened} times`} (may include mail scanners)
            </Text>
          )}
          {hasHistory && <Attempts deliveries={earlier} used={null} isEarlier />}
        </>
      ) : (
        <Text size="sm" c="dimmed" mt="md">
          Nobody has been invited yet.
        </Text>
      )}
      <Group gap="sm" mt="md">
        {!invitation && allowed.includes('invite') && may('work_clients') && (
          <Button variant="default" onClick={() => onDo('invite')}>
            Invite
          </Button>
        )}
        {allowed.includes('link') && may('work_clients') && (
          <Button variant="default" onClick={attempt(() => link.pass(client))}>
            {link.label}
          </Button>
        )}
        <InvitationMenu client={client} onDo={onDo} label="More" />
      </Group>
    </Section>
  )
}

/** Shows how long the link works, or why it no longer does. */
function Standing({ client }: { client: Onboarding }) {
  const { invitation, status, declinedAt } = client
  if (invitation?.acceptedAt) {
    return (
      <>
        accepted <Time at={invitation.acceptedAt} as="end" />
      </>
    )
  }
  if (status === 'cancelled' || status === 'gave_up') return 'Its link no longer works'
  if (declinedAt) {
    return (
      <>
        declined <Time at={declinedAt} as="end" />
      </>
    )
  }
  if (!invitation?.expiresAt) return null
  return (
    <>
      {status === 'expired' ? 'Stopped working' : 'Works until'} <Time at={invitation.expiresAt} as="full" />
    </>
  )
}

/** Lists the sends with channel, address, state, time and reason. `used` is the channel of the acceptance. */
function Attempts(props: { deliveries: Delivery[]; used: Channel | null; isEarlier?: boolean }) {
  const { deliveries, used, isEarlier } = props
  const fresh = useFresh(Object.fromEntries(deliveries.map((one) => [one.id, [one.state, one.address, used]])))
  return (
    <ul className={classes.list} aria-label={isEarlier ? 'Earlier links' : 'Attempts'}>
      {deliveries.map((one) => {
        const isInvitation = !(one.purpose in PURPOSES)
        return (
          <li key={one.id} className={classes.attempt} data-fresh={fresh.has(one.id) || undefined}>
            <span className={classes.address}>
              {CHANNELS[one.channel]}
              {!isInvitation && `, ${PURPOSES[one.purpose]}`}
              {isEarlier && `, link ${one.generation}`}
              {one.address && <span className={classes.note}>{phoneOf(one.address)}</span>}
            </span>
            <span className={classes.reached}>
              <Shown state={isInvitation && used ? shownAfter(used, one) : shownAt(one)} />
              <span className={classes.note}>
                <Time at={one.at} as="past" />
              </span>
            </span>
            {one.reason && one.delivery !== 'opted_out' && <span className={classes.why}>{one.reason}</span>}
          </li>
        )
      })}
    </ul>
  )
}
