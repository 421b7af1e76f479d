import { Alert, Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useRef, useState } from 'react'
import { api, bodyOf } from '../../api/client.ts'
import { asProblem, isRefusal, type Problem } from '../../api/problem.ts'
import { sentenceOf } from '../../words/problems.ts'
import '@mantine/core/styles/Alert.css'
import type { Onboarding } from './queries.ts'

/** Invites, or sends a new link to another address: by email, by text, or both. */
export function InviteDialog(props: { client: Onboarding; onClose: () => void; onDone: () => Promise<unknown> }) {
  const { client, onClose, onDone } = props
  const known = client.invitation ?? client.organisation.contact
  const [name, setName] = useState(known?.name ?? '')
  const [email, setEmail] = useState(known?.email ?? '')
  const [phone, setPhone] = useState(known?.phone ?? '')
  const [message, setMessage] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [knownEmail, setKnownEmail] = useState(isHeld(client) ? (client.invitation?.email ?? null) : null)
  const emailField = useRef<HTMLInputElement>(null)
  const key = useRef(crypto.randomUUID())
  const isKnown = knownEmail !== null && knownEmail === email.trim().toLowerCase()
  const errorAt = (field: string) => problem?.fields.find((one) => one.field === field)?.message
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setProblem(null)
    setBusy(true)
    const channels = [...(email.trim() ? (['email'] as const) : []), ...(phone.trim() ? (['sms'] as const) : [])]
    try {
      if (email.trim() && !isKnown && (await isInUse(email.trim(), client.organisation.id))) {
        return setKnownEmail(email.trim().toLowerCase())
      }
      await api.POST('/api/v1/onboardings/{id}/invitations', {
        params: { path: { id: client.id }, header: { 'Idempotency-Key': key.current } },
        body: {
          ...(name.trim() && { name: name.trim() }),
          ...(email.trim() && { email: email.trim() }),
          ...(phone.trim() && { phone: phone.trim() }),
          ...(channels.length > 0 && { channels }),
          ...(message.trim() && { message: message.trim() }),
          ...(isKnown && { existingUser: true }),
        },
      })
      notifications.show({ message: `Invitation sent to ${email.trim() || phone.trim()}`, role: 'status' })
      await onDone()
      onClose()
    } catch (error) {
      const failed = asProblem(error)
      if (isRefusal(failed)) key.current = crypto.randomUUID()
      setProblem(failed)
    } finally {
      setBusy(false)
    }
  }
  const ask = async () => {
    setBusy(true)
    try {
      await api.POST('/api/v1/onboardings/{id}/access-requests', {
        params: { path: { id: client.id }, header: { 'Idempotency-Key': key.current } },
        body: { ...(name.trim() && { name: name.trim() }), email: email.trim() },
      })
      notifications.show({ message: `Request sent to ${email.trim()}`, role: 'status' })
      await onDone()
      onClose()
    } catch (error) {
      const failed = asProblem(error)
      if (isRefusal(failed)) key.current = crypto.randomUUID()
      setProblem(failed)
    } finally {
      setBusy(false)
    }
  }
  /** One that was held back is taken back; one that was never sent is just not sent. */
  const skip = async () => {
    try {
      await api.POST('/api/v1/onboardings/{id}/invitations/skip', { params: { path: { id: client.id } } })
      await onDone()
      onClose()
    } catch (error) {
      setProblem(asProblem(error))
    }
  }
  return (
    <Modal
      opened
      centered
      onClose={onClose}
      title={client.invitation ? 'Send to another address' : `Invite ${client.organisation.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          {problem && (
            <Alert color="danger" variant="light" role="alert">
              {sentenceOf(problem)}
            </Alert>
          )}
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
            value={email}
            ref={emailField}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={errorAt('email')}
          />
          <TextInput
            label="Mobile"
            description="A number from outside the UK starts with +."
            type="tel"
            value={phone}
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
          {isKnown && (
            <Alert color="warn" variant="light" role="alert">
              {email.trim()} already belongs to someone on Embark.
              <Group gap="sm" mt="sm">
                <span>Do they already keep {client.organisation.name} here?</span>
                <Button variant="default" onClick={ask} loading={isBusy}>
                  Ask them to let us in
                </Button>
              </Group>
            </Alert>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={isHeld(client) ? skip : onClose}>
              {isKnown || isHeld(client) ? 'Skip invitation' : 'Not now'}
            </Button>
            {isKnown && (
              <Button
                variant="default"
                onClick={() => {
                  emailField.current?.focus()
                  emailField.current?.select()
                }}
              >
                Use another address
              </Button>
            )}
            <Button type="submit" loading={isBusy}>
              {isKnown ? `Invite them to ${client.organisation.name} too` : 'Send'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** The send stopped because somebody on Embark has the address. */
const isHeld = ({ situation }: Onboarding): boolean => situation.blockedBy === 'address_in_use'

/** Asked before anything is sent; it is asked again when it leaves. */
async function isInUse(email: string, organisation: string): Promise<boolean> {
  const { inUse } = await bodyOf(api.POST('/api/v1/addresses/check', { body: { email, organisation } }))
  return inUse
}
