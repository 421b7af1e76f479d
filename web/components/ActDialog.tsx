import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { asProblem, type Problem } from '../api/problem.ts'
import { sentenceOf } from '../words/problems.ts'

export type ActDialogProps = {
  title: string
  /** What is on the button, which is red where it `isDanger` and dead until all it needs is there. */
  label: string
  /** The way out. */
  keep?: string | undefined
  isDanger?: boolean | undefined
  isReady?: boolean | undefined
  /** It cannot be done at all: only the way out is left. */
  isBlocked?: boolean | undefined
  /**
   * Does it, and tells so. The dialog closes then; a refusal is told at the fields that ask for it (`errorAt`), else above
   * the buttons.
   */
  act: () => Promise<unknown>
  onClose: () => void
  children: ReactNode | ((errorAt: (field: string) => string | undefined) => ReactNode)
}

/** Says what a verb does, asks what it needs, and does it. */
export function ActDialog(props: ActDialogProps) {
  const { title, label, keep = 'Cancel', isDanger, isReady = true, isBlocked, act, onClose, children } = props
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      await act()
      onClose()
    } catch (error) {
      setProblem(asProblem(error))
      setBusy(false)
    }
  }
  const told = new Set<string>()
  const errorAt = (field: string) => {
    told.add(field)
    return problem?.fields.find((one) => one.field === field)?.message
  }
  const content = typeof children === 'function' ? children(errorAt) : children
  const isToldAtFields = problem?.fields.some(({ field }) => told.has(field))
  return (
    <Modal opened centered onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          {content}
          {problem && !isToldAtFields && (
            <Text size="sm" c="danger" role="alert">
              {sentenceOf(problem)}
            </Text>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose} disabled={isBusy} data-autofocus={isDanger || undefined}>
              {keep}
            </Button>
            {!isBlocked && (
              <Button type="submit" color={isDanger ? 'danger' : 'accent'} loading={isBusy} disabled={!isReady}>
                {label}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
