import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { sentenceOf } from '../../words/problems.ts'
import type { User } from './queries.ts'
import { nameOf, words } from './words.ts'

/** Says what removing a user, or withdrawing an invitation, does before it is done. */
export function RemoveUserDialog(props: {
  user: User
  organisation: { id: string; name: string }
  onDone: () => Promise<unknown>
  onClose: () => void
}) {
  const { user, organisation, onDone, onClose } = props
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const isActive = user.state === 'active'
  const name = nameOf(user)
  const remove = async () => {
    setBusy(true)
    try {
      const params = { path: { id: organisation.id, user: user.id } }
      await api.DELETE('/api/v1/organisations/{id}/users/{user}', { params })
      await onDone()
      notifications.show({ message: isActive ? `Removed ${name}` : `Withdrew ${name}’s invitation`, role: 'status' })
      onClose()
    } catch (error) {
      setRefusal(sentenceOf(asProblem(error)))
      setBusy(false)
    }
  }
  const title = isActive ? words.removeTitle(name) : words.withdrawTitle(name)
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="lg">
        <Text size="sm">{isActive ? words.removeSays(organisation.name) : words.withdrawSays}</Text>
        {refusal && (
          <Text size="sm" c="danger" role="alert">
            {refusal}
          </Text>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button color="danger" loading={isBusy} onClick={remove}>
            {isActive ? words.remove : words.withdraw}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
