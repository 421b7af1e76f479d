import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { asProblem, type Problem } from '../api/problem.ts'
import classes from './LongButton.module.css'
import { Refusal } from './Refusal.tsx'

/** An act of a dialog. The dialog closes afterwards unless it returns `false` to ask for more. */
type Act = () => Promise<unknown>

/** Returns the API's message for a field. */
type ErrorAt = (field: string) => string | undefined
/** Runs another act of the dialog with the same error handling. */
type Attempt = (act: Act) => void

export type ActDialogProps = {
  title: string
  /** Says what the act does, above the fields. */
  says?: ReactNode
  size?: 'lg' | undefined
  /** The label of the button, which is red with `isDanger` and disabled until `isReady`. */
  label: string
  /** The label of the other button, and its act if it does more than close. */
  keep?: string | undefined
  onKeep?: Act | undefined
  isDanger?: boolean | undefined
  isReady?: boolean | undefined
  /** True if the act is impossible: only the other button remains. */
  isBlocked?: boolean | undefined
  /** Carries the act out. A refusal is shown at the fields that ask for it with `errorAt`, else above the buttons. */
  act: Act
  onClose: () => void
  children?: ReactNode | ((errorAt: ErrorAt, attempt: Attempt) => ReactNode)
}

/** A dialog that explains an act, collects what it needs and carries it out. */
export function ActDialog(props: ActDialogProps) {
  const { title, says, size, label, keep = 'Cancel', onKeep, isDanger, isReady = true, isBlocked, onClose } = props
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
  const atFields = new Set<string>()
  const errorAt: ErrorAt = (field) => {
    atFields.add(field)
    return problem?.at(field)
  }
  const attempt: Attempt = (act) => void run('other', act)
  const content = typeof props.children === 'function' ? props.children(errorAt, attempt) : props.children
  const isAtFields = problem?.fields.some(({ field }) => atFields.has(field))
  return (
    <Modal opened centered size={size} onClose={onClose} title={title}>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          {says && <Text size="sm">{says}</Text>}
          {content}
          <Refusal error={isAtFields ? null : problem} />
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
