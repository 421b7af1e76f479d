import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { DECLINE_WORDS } from '../../verbs/DeclineDialog.tsx'
import { firstOf } from '../../verbs/words.ts'
import type { Doing } from '../ClientPage.tsx'
import type { Onboarding } from '../queries.ts'

/** Why the client declined, in their own words where they gave some, and the ways on. */
export function DecideDialog(props: { client: Onboarding; onDo: (doing: Doing) => void; onClose: () => void }) {
  const { client, onDo, onClose } = props
  const { declineReason, declineNote } = client
  const words = Object.entries(DECLINE_WORDS).find(([code]) => code === declineReason)?.[1]
  return (
    <Modal
      opened
      centered
      size="lg"
      onClose={onClose}
      title={`${firstOf(client)} declined`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="lg">
        <div>
          <Text size="sm">{words ?? 'No reason given'}</Text>
          {declineNote && (
            <Text size="sm" c="dimmed">
              {declineReason === 'not_the_right_person' ? `Ask instead: ${declineNote}` : `“${declineNote}”`}
            </Text>
          )}
        </div>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={() => onDo('cancel')}>
            Cancel onboarding
          </Button>
          <Button variant="default" onClick={() => onDo('resend')}>
            Send again
          </Button>
          <Button onClick={() => onDo('invite')}>Invite someone else</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
