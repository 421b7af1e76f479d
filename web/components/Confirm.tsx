import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { asProblem } from '../api/problem.ts'
import { sentenceOf } from '../words/problems.ts'

/**
 * Says before a verb what happens, to whom and what stays. `verb` is the button; it is busy until `onConfirm` resolves,
 * after which the dialog closes; a refusal is shown in it. `children` may hold fields.
 */
export function Confirm(props: {
  opened: boolean
  title: string
  verb: string
  keep?: string
  danger?: boolean
  ready?: boolean
  children: ReactNode
  onConfirm: () => Promise<unknown>
  onClose: () => void
}) {
  const { opened, title, verb, keep = 'Keep it', danger, ready = true, children, onConfirm, onClose } = props
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const close = () => {
    setRefusal(null)
    onClose()
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setRefusal(null)
    try {
      await onConfirm()
      close()
    } catch (error) {
      setRefusal(sentenceOf(asProblem(error)))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened={opened} onClose={close} title={title} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack gap="lg">
          <Text size="sm" component="div">
            {children}
          </Text>
          {refusal && (
            <Text size="sm" c="danger" role="alert">
              {refusal}
            </Text>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close}>
              {keep}
            </Button>
            <Button type="submit" color={danger ? 'danger' : 'accent'} loading={busy} disabled={!ready}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
