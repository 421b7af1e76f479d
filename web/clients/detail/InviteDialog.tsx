import { Alert, Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useRef, useState } from 'react'
import { api } from '../../api/client.ts'
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
  const key = useRef(crypto.randomUUID())
  const errorAt = (field: string) => problem?.fields.find((one) => one.field === field)?.message
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setProblem(null)
    setBusy(true)
    const channels = [...(email.trim() ? (['email'] as const) : []), ...(phone.trim() ? (['sms'] as const) : [])]
    try {
      await api.POST('/api/v1/onboardings/{id}/invitations', {
        params: { path: { id: client.id }, header: { 'Idempotency-Key': key.current } },
        body: {
          ...(name.trim() && { name: name.trim() }),
          ...(email.trim() && { email: email.trim() }),
          ...(phone.trim() && { phone: phone.trim() }),
          ...(channels.length > 0 && { channels }),
          ...(message.trim() && { message: message.trim() }),
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
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Not now
            </Button>
            <Button type="submit" loading={isBusy}>
              Send
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
