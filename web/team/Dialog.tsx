import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { asProblem, type Problem } from '../api/problem.ts'
import { told } from '../components/told.ts'
import { sentenceOf } from '../words/problems.ts'
import { useReadAnew } from './queries.ts'

/**
 * Says what a verb does, asks what it needs, and does it: `act` does it and answers what to tell then, or throws what was
 * refused, which is told at its field (`errorAt`) or above the buttons. `keep` is the way out; `isBlocked` leaves only
 * that one.
 */
export function Dialog(props: {
  title: string
  label: string
  keep?: string
  isDanger?: boolean
  isBlocked?: boolean
  act: () => Promise<string>
  onClose: () => void
  children: (errorAt: (field: string) => string | undefined) => ReactNode
}) {
  const { title, label, keep = 'Cancel', isDanger, isBlocked, act, onClose, children } = props
  const readAnew = useReadAnew()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      const message = await act()
      await readAnew()
      told(message)
      onClose()
    } catch (error) {
      setProblem(asProblem(error))
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          {children((field) => problem?.fields.find((one) => one.field === field)?.message)}
          {problem && problem.fields.length === 0 && (
            <Text size="sm" c="danger" role="alert">
              {sentenceOf(problem)}
            </Text>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose} data-autofocus={isDanger || undefined}>
              {keep}
            </Button>
            {!isBlocked && (
              <Button type="submit" color={isDanger ? 'danger' : undefined} loading={isBusy}>
                {label}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
