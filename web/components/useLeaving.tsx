import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** Asks before a page with unsaved changes is left, be it for another page or altogether. Answers the dialog to draw. */
export function useLeaving(isChanged: boolean): ReactNode {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => isChanged && current.pathname !== next.pathname,
    enableBeforeUnload: () => isChanged,
    withResolver: true,
  })
  if (status !== 'blocked') return null
  return (
    <Modal opened centered onClose={reset} title="Leave without saving?" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="lg">
        <Text size="sm">What you changed on this page is not saved yet.</Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={reset} data-autofocus>
            Stay here
          </Button>
          <Button color="danger" onClick={proceed}>
            Leave
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
