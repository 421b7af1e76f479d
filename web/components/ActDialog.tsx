import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { asProblem, type Problem } from '../api/problem.ts'
import { sentenceOf } from '../words/problems.ts'
import classes from './LongButton.module.css'

/** What a dialog does: it closes then, unless `false` is answered, since there is more to ask. */
type Act = () => Promise<unknown>

/** What was said of a field. */
type ErrorAt = (field: string) => string | undefined
/** Does something besides what the dialog is for, as it does that. */
type Attempt = (act: Act) => void

export type ActDialogProps = {
  title: string
  size?: 'lg' | undefined
  /** What is on the button, which is red where it `isDanger` and dead until all it needs is there. */
  label: string
  /** The way out, and what it does where that is more than closing. */
  keep?: string | undefined
  onKeep?: Act | undefined
  isDanger?: boolean | undefined
  isReady?: boolean | undefined
  /** It cannot be done at all: only the way out is left. */
  isBlocked?: boolean | undefined
  /** Does it, and tells so; a refusal is told at the fields that ask for it (`errorAt`), else above the buttons. */
  act: Act
  onClose: () => void
  children: ReactNode | ((errorAt: ErrorAt, attempt: Attempt) => ReactNode)
}

/** Says what a verb does, asks what it needs, and does it. */
export function ActDialog(props: ActDialogProps) {
  const { title, size, label, keep = 'Cancel', onKeep, isDanger, isReady = true, isBlocked, onClose, children } = props
  const [problem, setProblem] = useState<Problem | null>(null)
  const [busy, setBusy] = useState<'act' | 'other' | null>(null)
  const run = async (what: 'act' | 'other', act: Act) => {
    setBusy(what)
    setProblem(null)
    try {
      if ((await act()) !== false) return onClose()
    } catch (error) {
      setProblem(asProblem(error))
    }
    setBusy(null)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void run('act', props.act)
  }
  const told = new Set<string>()
  const errorAt: ErrorAt = (field) => {
    told.add(field)
    return problem?.fields.find((one) => one.field === field)?.message
  }
  const attempt: Attempt = (act) => void run('other', act)
  const content = typeof children === 'function' ? children(errorAt, attempt) : children
  const isToldAtFields = problem?.fields.some(({ field }) => told.has(field))
  return (
    <Modal opened centered size={size} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          {content}
          {problem && !isToldAtFields && (
            <Text size="sm" c="danger" role="alert">
              {sentenceOf(problem)}
            </Text>
          )}
          <Group justify="flex-end" gap="sm">
            <Button
              variant="default"
              className={classes.long}
              onClick={onKeep ? () => attempt(onKeep) : onClose}
              disabled={busy !== null}
              data-autofocus={isDanger || undefined}
            >
              {keep}
            </Button>
            {!isBlocked && (
              <Button
                type="submit"
                className={classes.long}
                color={isDanger ? 'danger' : 'accent'}
                loading={busy === 'act'}
                disabled={!isReady || busy === 'other'}
              >
                {label}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
