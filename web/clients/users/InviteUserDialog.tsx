import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { api } from '../../api/client.ts'
import { asProblem, type Problem } from '../../api/problem.ts'
import { sentenceOf } from '../../words/problems.ts'
import type { User } from './queries.ts'
import { ROLES, words } from './words.ts'

/** Invites a further user of the client, by mail. */
export function InviteUserDialog(props: {
  organisationId: string
  onDone: () => Promise<unknown>
  onClose: () => void
}) {
  const { organisationId, onDone, onClose } = props
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<User['role']>('member')
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const errorAt = (field: string) => problem?.fields.find((one) => one.field === field)?.message
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      const body = { email: email.trim(), role, ...(name.trim() && { name: name.trim() }) }
      await api.POST('/api/v1/organisations/{id}/users', { params: { path: { id: organisationId } }, body })
      notifications.show({ message: words.sent(body.email), role: 'status' })
      await onDone()
      onClose()
    } catch (error) {
      setProblem(asProblem(error))
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={words.invite} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          {problem && problem.fields.length === 0 && (
            <Text size="sm" c="danger" role="alert">
              {sentenceOf(problem)}
            </Text>
          )}
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorAt('name')}
            autoComplete="off"
            data-autofocus
          />
          <TextInput
            label="Email"
            type="email"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={errorAt('email')}
            autoComplete="off"
          />
          <NativeSelect
            label="Role"
            description="A Business Admin looks after the users, too."
            value={role}
            onChange={(event) => setRole(event.currentTarget.value as User['role'])}
            data={[
              { value: 'member', label: ROLES.member },
              { value: 'business_admin', label: ROLES.business_admin },
            ]}
          />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy}>
              Send invitation
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
