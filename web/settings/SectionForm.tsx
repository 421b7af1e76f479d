import '@mantine/core/styles/Alert.css'
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { problemSentence } from '../words/problems.ts'
import { PageSection } from './PageSection.tsx'
import type { Section } from './useSection.ts'

/** The form of one settings section. Its Save button appears once something has changed. */
export function SectionForm<T>(props: { title: string; text?: ReactNode; section: Section<T>; children: ReactNode }) {
  const { title, text, section, children } = props
  const { isChanged, isBusy, wasSaved, problem, conflict } = section
  const alert = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (problem) alert.current?.focus()
  }, [problem])
  return (
    <PageSection title={title} text={text}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          section.save()
        }}
      >
        <Stack gap="lg">
          {problem && (
            <Alert color="danger" variant="light" ref={alert} tabIndex={-1} role="alert">
              {problemSentence(problem)}
            </Alert>
          )}
          {conflict && (
            <Alert color="warn" variant="light" role="alert">
              {conflict.sentence} Yours is kept below.
              <Group gap="sm" mt="sm">
                <Button variant="default" onClick={conflict.keepMine}>
                  Use mine
                </Button>
                <Button variant="default" onClick={conflict.takeTheirs}>
                  Use theirs
                </Button>
              </Group>
            </Alert>
          )}
          {children}
          <Group gap="md" mih={32} wrap="nowrap">
            {(isChanged || isBusy) && (
              <Button type="submit" loading={isBusy}>
                Save
              </Button>
            )}
            <Text role="status" size="sm" c="good" fw={600}>
              {wasSaved && !isChanged ? 'Saved' : ''}
            </Text>
          </Group>
        </Stack>
      </form>
      <Leaving isChanged={isChanged} />
    </PageSection>
  )
}

/** Asks for confirmation before unsaved changes are left. */
export function Leaving({ isChanged }: { isChanged: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: () => isChanged,
    enableBeforeUnload: isChanged,
    withResolver: true,
  })
  return (
    <Modal opened={status === 'blocked'} onClose={() => reset?.()} title="Leave without saving?">
      <Stack gap="lg">
        <Text size="sm">What you changed here is not saved yet.</Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={() => reset?.()} data-autofocus>
            Stay
          </Button>
          <Button color="danger" onClick={() => proceed?.()}>
            Leave
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
