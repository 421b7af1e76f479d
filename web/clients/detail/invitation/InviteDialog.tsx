import { Alert, Button, Group, Text, Textarea, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { DAY_MS } from '../../../../domain/situation.ts'
import { api, bodyOf } from '../../../api/client.ts'
import { ActDialog } from '../../../components/ActDialog.tsx'
import { toast } from '../../../components/toast.ts'
import '@mantine/core/styles/Alert.css'
import { useZone } from '../../../shell/useMe.ts'
import { fullOf } from '../../../words/times.ts'
import { addressesOf, phoneOf } from '../../verbs/words.ts'
import type { Onboarding } from '../queries.ts'

/** Invites the client, or sends a new link to another address, by email, text or both. */
export function InviteDialog(props: { client: Onboarding; onClose: () => void; onDone: () => Promise<unknown> }) {
  const { client, onClose, onDone } = props
  const known = client.invitation ?? client.organisation.contact
  const [name, setName] = useState(known?.name ?? '')
  const [typedEmail, setEmail] = useState(known?.email ?? '')
  const [typedPhone, setPhone] = useState(phoneOf(known?.phone ?? ''))
  const [message, setMessage] = useState('')
  const [knownEmail, setKnownEmail] = useState(isHeld(client) ? (client.invitation?.email ?? null) : null)
  const emailField = useRef<HTMLInputElement>(null)
  const params = { path: { id: client.id } }
  const [email, phone] = [typedEmail.trim(), typedPhone.trim()]
  const isKnown = knownEmail !== null && knownEmail === email.toLowerCase()
  const named = name.trim() && { name: name.trim() }
  /** Waits for the request, then confirms it in a toast. */
  const sent = async (sending: Promise<unknown>, done: string) => {
    await sending
    toast(done)
    await onDone()
  }
  const invite = async () => {
    if (email && !isKnown && (await isInUse(email, client.organisation.id))) {
      setKnownEmail(email.toLowerCase())
      return false
    }
    const channels = [...(email ? (['email'] as const) : []), ...(phone ? (['sms'] as const) : [])]
    const body = {
      ...named,
      ...(email && { email }),
      ...(phone && { phone }),
      ...(channels.length > 0 && { channels }),
      ...(message.trim() && { message: message.trim() }),
      ...(isKnown && { existingUser: true }),
    }
    await sent(
      api.POST('/api/v1/onboardings/{id}/invitations', { params, body }),
      `Invitation sent to ${[email, phone].filter(Boolean).join(' and ')}`,
    )
  }
  const ask = () =>
    sent(
      api.POST('/api/v1/onboardings/{id}/access-requests', { params, body: { ...named, email } }),
      `Request sent to ${email}`,
    )
  /** Skips an invitation that is held back. Otherwise the button only closes the dialog: nothing was sent. */
  const skip = async () => {
    await api.POST('/api/v1/onboardings/{id}/invitations/skip', { params })
    await onDone()
  }
  return (
    <ActDialog
      title={client.invitation ? 'Send to another address' : `Invite ${client.organisation.name}`}
      label={isKnown ? `Invite them to ${client.organisation.name} too` : 'Send'}
      keep={isKnown || isHeld(client) ? 'Skip invitation' : 'Not now'}
      onKeep={isHeld(client) ? skip : undefined}
      act={invite}
      onClose={onClose}
    >
      {(errorAt, attempt) => (
        <>
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorAt('name')}
            data-autofocus
          />
          <TextInput
            label="Email"
            type="email"
            value={typedEmail}
            ref={emailField}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={errorAt('email')}
          />
          <TextInput
            label="Mobile"
            description="A number from outside the UK starts with +."
            type="tel"
            value={typedPhone}
            onChange={(event) => setPhone(event.currentTarget.value)}
            error={errorAt('phone')}
          />
          <Textarea
            label="Personal message"
            description="Optional, 500 characters. Shown as you write it, without links."
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
            error={errorAt('message')}
          />
          <Consequences client={client} to={[email, phone].filter(Boolean)} />
          {isKnown && (
            <Alert color="warn" variant="light" role="alert">
              {email} already belongs to someone on Embark.
              <Group gap="sm" mt="sm">
                <Button
                  variant="default"
                  onClick={() => {
                    emailField.current?.focus()
                    emailField.current?.select()
                  }}
                >
                  Use another address
                </Button>
              </Group>
              <Group gap="sm" mt="sm">
                <span>Do they already keep {client.organisation.name} here?</span>
                <Button variant="default" onClick={() => attempt(ask)}>
                  Ask them to let us in
                </Button>
              </Group>
            </Alert>
          )}
        </>
      )}
    </ActDialog>
  )
}

/** Shows the addresses, how long the links work, and the links that stop working. */
function Consequences({ client, to }: { client: Onboarding; to: string[] }) {
  const zone = useZone()
  if (to.length === 0) return null
  const isBoth = to.length > 1
  const { invitation, status, linkDays } = client
  const channels = invitation?.channels.filter((one) => one !== 'link') ?? []
  const isStanding = status === 'invited' && channels.length > 0 && !isHeld(client)
  return (
    <Text size="sm">
      We’ll send to <strong>{to.join(' and ')}</strong>.{isBoth && ' The first one used replaces the other.'} The{' '}
      {isBoth ? 'links work' : 'link works'} until {fullOf(Date.now() + linkDays * DAY_MS, zone)}.
      {isStanding &&
        ` The ${channels.length > 1 ? 'links' : 'link'} at ${addressesOf(client)} ${channels.length > 1 ? 'stop' : 'stops'} working now.`}
    </Text>
  )
}

/** Returns true if the send is held because a user of Embark has the address. */
const isHeld = ({ situation }: Onboarding): boolean => situation.blockedBy === 'address_in_use'

/** Asks before sending whether a user of Embark has the address. The server checks again when it sends. */
async function isInUse(email: string, organisation: string): Promise<boolean> {
  const { inUse } = await bodyOf(api.POST('/api/v1/addresses/check', { body: { email, organisation } }))
  return inUse
}
