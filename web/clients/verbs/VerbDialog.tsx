import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import { sentenceOf } from '../../words/problems.ts'

/**
 * Asks before a verb: what happens, to whom, and what stays. `act` does it; once it is done the dialog closes, and what
 * was refused is said in it. `way` is what is on the button, in red where `isGrave`.
 */
export function VerbDialog(props: {
  title: string
  says: string
  way: string
  back?: string
  isGrave?: boolean
  isReady?: boolean
  act: () => Promise<unknown>
  onClose: () => void
  children?: ReactNode
}) {
  const { title, says, way, back = 'Keep it', isGrave, isReady = true, act, onClose, children } = props
  const [isBusy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setRefusal(null)
    try {
      await act()
      onClose()
    } catch (error) {
      setRefusal(sentenceOf(asProblem(error)))
      setBusy(false)
    }
  }
  return (
    <Modal opened centered onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack gap="lg">
          <Text size="sm">{says}</Text>
          {children}
          {refusal && (
            <Text size="sm" c="danger" role="alert">
              {refusal}
            </Text>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose} disabled={isBusy}>
              {back}
            </Button>
            <Button type="submit" color={isGrave ? 'danger' : 'accent'} loading={isBusy} disabled={!isReady}>
              {way}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
