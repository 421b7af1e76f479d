import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { ActButton } from '../../../components/ActButton.tsx'
import { sendLink } from '../../row/useCopyLink.ts'
import { DECLINE_WORDS } from '../../verbs/DeclineDialog.tsx'
import { firstOf, firstWithin } from '../../verbs/words.ts'
import type { Doing } from '../ClientPage.tsx'
import type { Onboarding } from '../queries.ts'

/** Asks how to continue after the client declined the invitation or stopped sharing the bank. */
export function DecideDialog(props: { client: Onboarding; onDo: (doing: Doing) => void; onClose: () => void }) {
  const { client, onDo, onClose } = props
  const hasDeclined = client.status === 'declined'
  return (
    <Modal
      opened
      centered
      size="lg"
      onClose={onClose}
      title={`${firstOf(client)} ${hasDeclined ? 'declined' : 'stopped sharing the bank'}`}
    >
      <Stack gap="lg">
        {hasDeclined ? <Reason client={client} /> : <Stopped client={client} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={() => onDo('cancel')}>
            Cancel onboarding
          </Button>
          {hasDeclined ? (
            <>
              <Button variant="default" onClick={() => onDo('resend')}>
                Send again
              </Button>
              <Button onClick={() => onDo('invite')}>Invite someone else</Button>
            </>
          ) : (
            <>
              <Button variant="default" onClick={() => onDo({ step: 'bank', verb: 'skip' })}>
                Skip the bank
              </Button>
              <ActButton variant="filled" act={() => sendLink(client).then(onClose)}>
                Send a link
              </ActButton>
            </>
          )}
        </Group>
      </Stack>
    </Modal>
  )
}

/** Shows why the client declined, with the client's own note. */
function Reason({ client: { declineReason, declineNote } }: { client: Onboarding }) {
  const words = Object.entries(DECLINE_WORDS).find(([code]) => code === declineReason)?.[1]
  return (
    <div>
      <Text size="sm">{words ?? 'No reason given'}</Text>
      {declineNote && (
        <Text size="sm" c="dimmed">
          {declineReason === 'not_the_right_person' ? `Ask instead: ${declineNote}` : `“${declineNote}”`}
        </Text>
      )}
    </div>
  )
}

const Stopped = ({ client }: { client: Onboarding }) => (
  <Text size="sm">
    Nothing new is read from the bank, and {firstWithin(client)} isn’t asked to connect it again. If you agree on it,
    send a link to connect a bank.
  </Text>
)
