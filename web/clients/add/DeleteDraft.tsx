import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { asProblem, type Problem } from '../../api/problem.ts'
import { sentenceOf } from '../../words/problems.ts'
import type { Draft } from './queries.ts'
import { words } from './words.ts'

/** Asks before a draft is deleted, and with it what was connected for it. One that is gone already is as good as deleted. */
export function DeleteDraft(props: { draft: Draft; onClose: () => void; onDone: () => void }) {
  const { draft, onClose, onDone } = props
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const remove = async () => {
    setBusy(true)
    try {
      await api.DELETE('/api/v1/drafts/{id}', { params: { path: { id: draft.id } } })
    } catch (error) {
      const failed = asProblem(error)
      if (failed.status !== 404) {
        setProblem(failed)
        setBusy(false)
        return
      }
    }
    notifications.show({ message: words.deleted, role: 'status' })
    onDone()
  }
  return (
    <Modal opened onClose={onClose} title={words.deleteTitle} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="lg">
        {problem && (
          <Text size="sm" c="danger" role="alert">
            {sentenceOf(problem)}
          </Text>
        )}
        <Text size="sm">
          {words.deleteText(draft.ledger && `${draft.ledger.label} (${draft.ledger.organisation})`)}
        </Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            {words.keepIt}
          </Button>
          <Button color="danger" loading={isBusy} onClick={remove}>
            {words.deleteDraft}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
